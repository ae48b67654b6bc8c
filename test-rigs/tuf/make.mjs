// Makes a repository of The Update Framework with independent tooling.
// node make.mjs FOLDER FILE NAME: publishes FILE as the target NAME; the root key is rotated once.
import { Metadata, Root, Key, Snapshot, Targets, Timestamp, MetaFile, TargetFile, Signature } from '@tufjs/models';
import { canonicalize } from '@tufjs/canonical-json';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

const [folder, file, name] = process.argv.slice(2);
const expires = new Date(Date.now() + 30 * 86400000).toISOString().replace(/\.\d+Z/, 'Z');
const specVersion = '1.0.31';
const sha256 = (data) => crypto.createHash('sha256').update(data).digest('hex');

function newSigner() {
  const { publicKey, privateKey } = crypto.generateKeyPairSync('ed25519');
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex');
  const form = { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: raw } };
  const keyID = sha256(canonicalize(form));
  const key = new Key({ keyID, keyType: 'ed25519', scheme: 'ed25519', keyVal: { public: raw } });
  const sign = (data) =>
    new Signature({ keyID, sig: crypto.sign(undefined, data, privateKey).toString('hex') });
  return { key, sign };
}

const oldRoot = newSigner();
const newRoot = newSigner();
const roles = { targets: newSigner(), snapshot: newSigner(), timestamp: newSigner() };

function write(at, bytes) {
  fs.mkdirSync(path.dirname(path.join(folder, at)), { recursive: true });
  fs.writeFileSync(path.join(folder, at), bytes);
}

function signed(metadata, ...signers) {
  for (const signer of signers) metadata.sign(signer.sign, true);
  return Buffer.from(JSON.stringify(metadata.toJSON(), null, 2));
}

function root(version, rootSigner) {
  const root = new Root({ version, specVersion, expires, consistentSnapshot: true });
  root.addKey(rootSigner.key, 'root');
  for (const [role, signer] of Object.entries(roles)) root.addKey(signer.key, role);
  return new Metadata(root);
}

write('metadata/1.root.json', signed(root(1, oldRoot), oldRoot));
write('metadata/2.root.json', signed(root(2, newRoot), oldRoot, newRoot));

const bytes = fs.readFileSync(file);
const targets = new Targets({ version: 1, specVersion, expires });
targets.addTarget(
  new TargetFile({ path: name, length: bytes.length, hashes: { sha256: sha256(bytes) } }));
const targetsFile = signed(new Metadata(targets), roles.targets);
write(`targets/${sha256(bytes)}.${name}`, bytes);
write('metadata/1.targets.json', targetsFile);

const snapshot = new Snapshot({ version: 1, specVersion, expires });
snapshot.meta['targets.json'] = new MetaFile({ version: 1 });
const snapshotFile = signed(new Metadata(snapshot), roles.snapshot);
write('metadata/1.snapshot.json', snapshotFile);

const timestamp = new Timestamp({ version: 1, specVersion, expires });
timestamp.snapshotMeta = new MetaFile({
  version: 1, length: snapshotFile.length, hashes: { sha256: sha256(snapshotFile) } });
write('metadata/timestamp.json', signed(new Metadata(timestamp), roles.timestamp));
