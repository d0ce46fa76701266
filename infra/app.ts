import { App } from "aws-cdk-lib";
import { ArchiveStack } from "./archive-stack.ts";
import { readStackOptions } from "./stack-options.ts";

const app = new App();
const options = readStackOptions(app.node.getAllContext());
// Without account and region: the same template goes into any.
new ArchiveStack(app, options.stackName, {
  options,
  description: "Mail, calendars, contacts and notes out of HU01 archives",
  tags: { project: "hu01-archive" },
});
