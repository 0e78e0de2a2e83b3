/**
 * google.protobuf.Struct with every key. The map of google-protobuf 3 keeps its entries in a plain object, where a
 * member named `__proto__` is lost in silence; here such a member travels beside the map.
 */

import structs from "google-protobuf/google/protobuf/struct_pb.js";

export { structs };

const lostKey = "__proto__";
const besides = new WeakMap<structs.Struct, structs.Value>();

export function setMember(struct: structs.Struct, key: string, value: structs.Value): void {
  if (key === lostKey) besides.set(struct, value);
  else struct.getFieldsMap().set(key, value);
}

export function forEachMember(struct: structs.Struct, visit: (value: structs.Value, key: string) => void): void {
  struct.getFieldsMap().forEach(visit);
  const beside = besides.get(struct);
  if (beside) visit(beside, lostKey);
}

const { serializeBinaryToWriter } = structs.Struct;

structs.Struct.serializeBinaryToWriter = (message, writer) => {
  serializeBinaryToWriter(message, writer);
  const beside = besides.get(message);
  if (!beside) return;
  writer.writeMessage(1, beside, (value: structs.Value, entry: typeof writer) => {
    entry.writeString(1, lostKey);
    entry.writeMessage(2, value, structs.Value.serializeBinaryToWriter);
  });
};

structs.Struct.deserializeBinaryFromReader = (message, reader) => {
  while (reader.nextField() && !reader.isEndGroup()) {
    if (reader.getFieldNumber() !== 1) {
      reader.skipField();
      continue;
    }
    let key = "";
    const value = new structs.Value();
    reader.readMessage(value, (_: unknown, entry: typeof reader) => {
      while (entry.nextField() && !entry.isEndGroup()) {
        if (entry.getFieldNumber() === 1) key = entry.readString();
        else if (entry.getFieldNumber() === 2) entry.readMessage(value, structs.Value.deserializeBinaryFromReader);
        else entry.skipField();
      }
    });
    setMember(message, key, value);
  }
  return message;
};
