/** The formats of a drift report, one line each. A format is a function of the report alone, and makes text of all of it. */

import type { DriftReport } from "../../drift/report.ts";
import { plainScreen, type Screen, writeText } from "../report/text.ts";
import { driftDocument } from "./document.ts";

export type DriftFormat = (report: DriftReport, screen: Screen) => string;

export const driftFormats: Readonly<Record<string, DriftFormat>> = {
  text: (report, screen) => writeText(driftDocument(report), screen),
  json: (report) => `${JSON.stringify(report, undefined, 2)}\n`,
};

/** The report in a format that exists, for a file. */
export function written(format: string, report: DriftReport, screen: Screen = plainScreen): string {
  return (driftFormats[format] as DriftFormat)(report, screen);
}
