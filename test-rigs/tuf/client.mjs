// Follows a published folder with an independent client of The Update Framework.
// node client.mjs URL ROOT.json TARGET: prints the target's version and bytes, or the error's name.
import { Updater } from 'tuf-js';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const [url, root, target] = process.argv.slice(2);
const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'tuf-'));
try {
  fs.mkdirSync(path.join(dir, 'targets'));
  fs.copyFileSync(root, path.join(dir, 'root.json'));
  const updater = new Updater({
    metadataDir: dir,
    targetDir: path.join(dir, 'targets'),
    metadataBaseUrl: `${url}/metadata`,
    targetBaseUrl: `${url}/targets`,
    config: { fetchRetry: 0, fetchTimeout: 10000 },
  });
  await updater.refresh();
  const info = await updater.getTargetInfo(target);
  if (!info) throw new Error('no such target');
  const file = await updater.downloadTarget(info);
  console.log(`${info.custom.version ?? ''} ${fs.statSync(file).size}`);
} catch (e) {
  console.log(`refused ${e.constructor.name}: ${e.message}`);
  process.exitCode = 3;
} finally {
  fs.rmSync(dir, { recursive: true });
}
