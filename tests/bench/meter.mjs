// A way to the relay that counts: a TCP proxy. What it adds to a round trip on this machine is far below a millisecond.
import { once } from "node:events";
import { connect, createServer } from "node:net";

/** Opens a way to `port`. `up` and `down` are the bytes carried from and to the devices; `shut()` breaks all connections and
 * refuses new ones until `open()`. */
export async function meter(port) {
  const pairs = new Set();
  let refusing = false;
  const way = { up: 0, down: 0 };
  const server = createServer((near) => {
    if (refusing) return near.destroy();
    const far = connect(port, "127.0.0.1");
    const pair = [near, far];
    pairs.add(pair);
    for (const side of pair) {
      side.setNoDelay(true);
      const end = () => {
        pairs.delete(pair);
        pair.forEach((one) => one.destroy());
      };
      side.on("error", end).on("close", end);
    }
    near.on("data", (bytes) => (way.up += bytes.length));
    far.on("data", (bytes) => (way.down += bytes.length));
    // Piped, not copied by hand: a slow reader slows its sender, and nothing piles up in between.
    near.pipe(far);
    far.pipe(near);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return Object.assign(way, {
    url: `http://127.0.0.1:${server.address().port}`,
    shut() {
      refusing = true;
      for (const pair of pairs) pair.forEach((side) => side.destroy());
    },
    open: () => (refusing = false),
    close() {
      this.shut();
      return new Promise((done) => server.close(done));
    },
  });
}
