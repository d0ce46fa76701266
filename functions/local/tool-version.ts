import packageFacts from "../../package.json" with { type: "json" };

/** The version of this tool, as every report states it. */
export const TOOL_VERSION: string = packageFacts.version;
