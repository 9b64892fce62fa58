export type { ContractCase, ContractOptions } from "./contracts/case.ts";
export { commandContract } from "./contracts/command.ts";
export { formatterContract } from "./contracts/formatter.ts";
export { healthContract } from "./contracts/health.ts";
export { type SourceContractOptions, sourceContract } from "./contracts/source.ts";
