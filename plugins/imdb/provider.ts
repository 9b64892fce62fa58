import type { SearchHit, UpstreamCall } from "dramabot/plugin";
import type { TitleRecord } from "./record.ts";

/** An upstream of hits. */
export interface SearchProvider {
  readonly name: "suggestion" | "graphql";
  search(query: string, call: UpstreamCall): Promise<readonly SearchHit[]>;
}

/** An upstream of details, named as the `providers` option names it. */
export interface DetailsProvider {
  readonly name: "graphql" | "page";
  details(id: string, call: UpstreamCall): Promise<TitleRecord | undefined>;
}
