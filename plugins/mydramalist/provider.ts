import type { SearchHit, UpstreamCall } from "dramabot/plugin";
import type { DramaRecord } from "./record.ts";

/** The upstreams, by the names the `providers` option gives them. */
type ProviderName = "json" | "site";

/** One of the interchangeable upstreams. */
export interface Provider {
  readonly name: ProviderName;
  search(query: string, call: UpstreamCall): Promise<readonly SearchHit[]>;
  details(id: string, call: UpstreamCall): Promise<DramaRecord | undefined>;
}
