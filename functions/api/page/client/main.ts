import { followJob } from "./live-job.ts";
import { followList } from "./live-list.ts";
import { setUpUploads } from "./uploads.ts";

const job = document.getElementById("job");
if (job?.dataset.live === "job" && job.dataset.job !== undefined) followJob(job.dataset.job);
if (document.getElementById("jobs") !== null) setUpUploads(followList());
