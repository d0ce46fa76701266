import { createConverter } from "../aws/converter.ts";
import { readConverterEnvironment } from "../environment.ts";

/** Converts what a batch of queue messages announces. */
export const handler = createConverter(readConverterEnvironment());
