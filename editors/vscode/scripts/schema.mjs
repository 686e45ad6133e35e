// Writes `schema/kubesift.schema.json` as the program in KUBESIFT_BIN prints it. To be run when checks,
// options or keys of the configuration have changed; a test tells when.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const program = process.env.KUBESIFT_BIN;
if (!program) {
  console.error("KUBESIFT_BIN must name the program kubesift.");
  process.exit(2);
}
const file = join(dirname(dirname(fileURLToPath(import.meta.url))), "schema", "kubesift.schema.json");
const schema = execFileSync(program, ["config", "schema"], { maxBuffer: 64 << 20 });
writeFileSync(file, schema);
console.log(`schema/kubesift.schema.json: ${schema.length} bytes`);
