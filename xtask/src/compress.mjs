// Writes .br and .gz beside every text and wasm file of a folder, and prints the sizes of the larger ones.
// Hosts that look for such files (nginx brotli_static, Caddy precompressed, our relay) send them as they are.
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const COMPRESSIBLE = /\.(html|js|mjs|css|wasm|svg|json|webmanifest|txt)$/;
const SHOWN_FROM_BYTES = 20 * 1024;

const folder = process.argv[2];
for (const entry of readdirSync(folder, { recursive: true })) {
  const file = join(folder, String(entry));
  if (!COMPRESSIBLE.test(file) || !statSync(file).isFile()) continue;
  const plain = readFileSync(file);
  const brotli = brotliCompressSync(plain, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: plain.length },
  });
  const gzip = gzipSync(plain, { level: 9 });
  if (brotli.length < plain.length) writeFileSync(`${file}.br`, brotli);
  if (gzip.length < plain.length) writeFileSync(`${file}.gz`, gzip);
  if (plain.length >= SHOWN_FROM_BYTES) {
    const kib = (bytes) => `${(bytes / 1024).toFixed(0)} KiB`.padStart(9);
    console.log(`${kib(plain.length)} plain ${kib(gzip.length)} gzip ${kib(brotli.length)} brotli  ${relative(folder, file)}`);
  }
}
