export * from "../domain/errors.ts";
export * from "./command.ts";
export * from "./context.ts";
export * from "./define.ts";
export * from "./formatter.ts";
export * from "./health.ts";
export * from "./http.ts";
export * from "./source.ts";
