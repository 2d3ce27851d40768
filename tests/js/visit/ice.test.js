import assert from "node:assert/strict";
import test from "node:test";

import { IceAccess, accessAfter } from "../../../static/js/visit/ice.js";
import { FakeClock } from "./fake_clock.js";

const anIce = (name, ttl = 600) => ({
  iceServers: name ? [{ urls: ["turn:t.example.org"], username: name, credential: "c" }] : [],
  iceTransportPolicy: "all",
  ttl_s: ttl,
});
const nameIn = ({ iceServers: [server] }) => server?.username;

function anAccess(...answers) {
  const clock = new FakeClock();
  const access = { clock, asked: 0, hides: false };
  const ask = async () => {
    access.asked += 1;
    return answers.shift() ?? null;
  };
  access.ice = new IceAccess(clock, ask, () => access.hides);
  return access;
}

test("what the server gave is good for half its time", async () => {
  const { ice, clock } = anAccess(anIce("second"));
  ice.use(anIce("first"));

  await clock.advance(299_000);
  assert.equal(nameIn(await ice.lasting()), "first");

  await clock.advance(2_000);
  assert.equal(nameIn(await ice.lasting()), "second");
  assert.equal(nameIn(ice.configuration), "second");
});

test("a restart asks whatever the time", async () => {
  const { ice } = anAccess(anIce("second"));
  ice.use(anIce("first"));

  assert.equal(nameIn(await ice.renewed()), "second");
});

test("links that ask at one moment share the answer", async () => {
  const access = anAccess(anIce("second"), anIce("third"));

  const names = await Promise.all([access.ice.renewed(), access.ice.renewed()]);

  assert.deepEqual([names.map(nameIn), access.asked], [["second", "second"], 1]);
  assert.equal(nameIn(await access.ice.renewed()), "third");
});

test("a server that does not answer leaves what is there", async () => {
  const { ice } = anAccess();
  ice.use(anIce("first"));

  assert.equal(nameIn(await ice.renewed()), "first");
});

test("nobody is asked where there is no relay", async () => {
  const access = anAccess(anIce("second"));
  access.ice.use(anIce(""));

  await access.clock.advance(10_000_000);
  await access.ice.lasting();

  assert.equal(access.asked, 0);
});

const ALL_WAYS = {
  iceServers: [
    { urls: ["stun:s.example.org"] },
    {
      urls: ["turn:t:3478?transport=udp", "turn:t:443?transport=tcp", "turns:t:443?transport=tcp"],
      username: "n",
      credential: "c",
    },
  ],
  iceTransportPolicy: "all",
  ttl_s: 600,
};

test("a link that found no path looks for one by relays only, TLS first", async () => {
  const { ice } = anAccess(ALL_WAYS);
  ice.use(ALL_WAYS);
  const relays = accessAfter(1, ice);

  assert.deepEqual(relays.configuration, {
    iceServers: [
      {
        urls: ["turns:t:443?transport=tcp", "turn:t:443?transport=tcp", "turn:t:3478?transport=udp"],
        username: "n",
        credential: "c",
      },
    ],
    iceTransportPolicy: "relay",
    bundlePolicy: "max-bundle",
  });
  assert.equal(await relays.lasting(), relays.configuration);
  assert.equal((await relays.renewed()).iceTransportPolicy, "relay");
});

test("where there is no relay, every way stays open", () => {
  const { ice } = anAccess();
  ice.use(anIce(""));

  assert.equal(accessAfter(1, ice).configuration, ice.configuration);
});

test("somebody who keeps trying tries relays and every way in turn", () => {
  const { ice } = anAccess();
  ice.use(ALL_WAYS);

  const policies = [0, 1, 2, 3, 4, 5].map((resets) => accessAfter(resets, ice).configuration.iceTransportPolicy);

  assert.deepEqual(policies, ["all", "relay", "relay", "all", "relay", "all"]);
});

test("somebody whose address is kept from the others uses nothing but the relay, also after it was renewed", async () => {
  const access = anAccess(anIce("second"));
  access.hides = true;

  access.ice.use(anIce("first"));
  assert.equal(access.ice.configuration.iceTransportPolicy, "relay");

  assert.equal((await access.ice.renewed()).iceTransportPolicy, "relay");
});
