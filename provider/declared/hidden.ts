/** Values that a record does not have, though it has the property. */

/** Why the value of a property cannot be had from a state. */
export type WhyHidden = "encrypted" | "unknown" | "not understood";

/** By the name of the property. */
export type Hidden = ReadonlyMap<string, WhyHidden>;

/** Stands among the names for all properties, of a resource that has something else in their place. */
export const everything = "inputs";
