/**
 * The call: the line to the server, the people it names, the connections to them and what this person sends, tied together.
 * A page makes one, tells it what somebody wants, and draws its `view` after every `onChange`.
 */

import { Commands } from "./commands.js";
import { LateCare } from "./late_care.js";
import { Logbook } from "./logbook.js";
import { LinkSet } from "./links.js";
import { EMPTY_ROSTER, isAway, newsOf, reduce, whoIsBack } from "./roster.js";
import { Publisher, flagsIn } from "./publisher.js";
import { SignalConnection } from "./signal.js";
import { viewOf } from "./view.js";

/** @typedef {import("./protocol.js").Frame} Frame */
/** @typedef {import("./protocol.js").EndReason} EndReason */
/** @typedef {import("./protocol.js").IceConfig} IceConfig */
/** @typedef {import("./view.js").CallView} CallView */
/** @typedef {import("./view.js").OtherPerson} OtherPerson */
/** @typedef {import("./media.js").MediaState} MediaState */
/** @typedef {import("./ducking.js").DuckingStrength} DuckingStrength */
/** @typedef {import("./signal.js").SignalSurroundings} SignalSurroundings */
/** @typedef {Pick<import("./links.js").LinkSetSurroundings, "createConnection" | "stream" | "relayOnly">} MediaSurroundings */
/** @typedef {{newId: () => string, care?: () => Promise<typeof import("./care.js")>}} OwnSurroundings */
/** @typedef {Omit<SignalSurroundings, "peerConnections"> & MediaSurroundings & OwnSurroundings} CallSurroundings */

/** @typedef {import("./view.js").CallEvents} CallEvents */

export class VisitCall extends Commands {
  #around;
  #events;
  #publisher;
  #signal;
  #links;
  #care;
  #log;
  #roster = EMPTY_ROSTER;
  /** @type {EndReason | null} */
  #ended = null;
  #message = "";
  #otherDevice = "";
  /** @type {{keepPicture: boolean, ducking: DuckingStrength}} */
  #wishes = { keepPicture: false, ducking: "off" };

  /**
   * @param {CallSurroundings} around
   * @param {CallEvents} events
   */
  constructor(around, events) {
    super((type, data) => this.#signal.ask(type, data), around.newId);
    this.#around = around;
    this.#events = events;
    this.#log = new Logbook(around.clock, around.random);
    this.#publisher = this.#makePublisher();
    this.#signal = new SignalConnection(
      { ...around, peerConnections: () => this.#links.reports() },
      { onState: (state, detail) => this.#lineChanged(state, detail), onMessage: (frame) => this.#hear(frame) },
    );
    this.#links = this.#makeLinks();
    this.#care = this.#makeCare();
  }

  /** @returns {CallView} */
  get view() {
    return viewOf({
      signal: this.#signal.state,
      ended: this.#ended,
      message: this.#message,
      otherDevice: this.#otherDevice,
      roster: this.#roster,
      linkTo: (session) => this.#links.view(session),
      level: this.#links.level,
      ducking: this.#wishes.ducking,
    });
  }

  /** What happened to the connections of this page, and a code to name it by; nothing about people. */
  get log() {
    return { code: this.#log.code, text: this.#log.text, report: this.#log.report };
  }

  /** Go to the waiting room, or in. */
  start() {
    this.#signal.start();
  }

  /** Have the call here and end it in the other window. */
  moveHere() {
    if (this.#ended) this.#links = this.#makeLinks();
    this.#roster = EMPTY_ROSTER;
    this.#ended = null;
    this.#signal.takeOver();
  }

  /** Leave the call in the other window. */
  stayThere() {
    this.#signal.giveWay();
  }

  /**
   * Send what this person's devices give now.
   * @param {MediaState} media
   */
  setMedia(media) {
    this.#publisher.take(media);
    this.#announce();
    this.#changed();
  }

  /**
   * @param {string} session - of somebody in the room
   * @returns {number} how loud that voice is just now, from 0 to 1
   */
  loudness(session) {
    return this.#links.loudness(session);
  }

  /** @param {boolean} keep - one's picture on a line on which only sound would be clear */
  keepPicture(keep) {
    this.#wishes.keepPicture = keep;
  }

  /** @param {DuckingStrength} strength - with which others are played lower to this person while an interpreter speaks */
  setDucking(strength) {
    this.#wishes.ducking = strength;
    this.#care.follow();
    this.#changed();
  }

  /** Go, and tell the others. */
  leave() {
    this.#signal.leave();
  }

  /**
   * The network, the power state or the visibility of the page has changed.
   * @param {{otherNetwork?: boolean}} [how] - it is another network, `navigator.connection.type` being different
   */
  networkChanged({ otherNetwork = false } = {}) {
    this.#signal.hurry(otherNetwork);
    this.#links.nudge();
    if (otherNetwork) this.#links.renewPaths();
  }

  /** End without telling anybody: the page goes away and may come back. */
  stop() {
    this.#letGo();
    this.#signal.stop();
  }

  #makePublisher() {
    return new Publisher(this.#around.clock, {
      may: (right) => this.#roster.me?.caps.includes(right) ?? false,
      sendTracks: (tracks) => this.#links.setTracks(tracks),
      tellPeers: (message) => this.#links.control(message),
      tellServer: (flags) => this.#signal.ask("media.set", flags),
    });
  }

  #makeLinks() {
    const { clock, createConnection, stream, relayOnly } = this.#around;
    return new LinkSet(
      {
        clock,
        createConnection,
        stream,
        send: (type, data, peer) => this.#signal.tell(type, data, peer),
        report: (data) => this.#signal.mention("link.state", data),
        askReset: (peer, gen, why) => this.#quietly(this.#signal.ask("link.reset", { peer, gen: gen + 1, why })),
        canSignal: (peer) => this.#signal.state === "live" && !isAway(this.#roster, peer),
        freshIce: () => this.#freshIce(),
        relayOnly,
      },
      {
        onChange: () => this.#changed(),
        onControl: (peer, message) => this.#hearPeer(peer, message),
        onTransition: (peer, what) => this.#log.noteOf(peer, what),
        onTrouble: this.#trouble,
      },
    );
  }

  #makeCare() {
    const { clock, care } = this.#around;
    const { onVolumes = () => {} } = this.#events;
    const wishes = () => ({ ...this.#wishes, sharing: this.#publisher.sharing });
    const told = { onWake: () => this.#woke(), onVolumes, onTrouble: this.#trouble };
    const around = () => ({ clock, links: this.#links, roster: () => this.#roster, wishes, ...told });
    return new LateCare(clock, care, around, this.#trouble);
  }

  #trouble = (/** @type {string} */ what) => {
    this.#log.note(what);
    this.#events.onTrouble(what);
  };

  #woke() {
    this.#log.note("woke");
    this.networkChanged();
  }

  /** @param {Frame} frame */
  #hear(frame) {
    const before = this.#roster;
    this.#roster = reduce(before, frame);
    this.#follow(frame);
    this.#links.welcomeBack(whoIsBack(before, frame));
    for (const news of newsOf(before, frame, this.#roster)) this.#events.onNews(news);
    this.#changed();
  }

  /** @param {Frame} frame */
  #follow({ type, data, from }) {
    if (type === "welcome") this.#care.want();
    else if (type === "snapshot") this.#followSnapshot(data);
    else if (type === "resumed") this.#followResumed(data);
    else if (type === "link.open") this.#links.open(data);
    else if (type === "link.reset") this.#links.reset(data);
    else if (type === "link.close") this.#links.close(data.peer, data.gen);
    else if (type.startsWith("rtc.") && from) this.#links.receive(from, type, data);
  }

  /** @param {{ice: IceConfig | null, links: import("./protocol.js").LinkEntry[]}} snapshot */
  #followSnapshot({ ice, links }) {
    if (ice) this.#links.useIce(ice);
    this.#publisher.send();
    this.#links.reconcile(links);
    this.#announce();
  }

  /** @param {{ice: IceConfig | null}} resumed */
  #followResumed({ ice }) {
    this.#care.want();
    if (ice) this.#links.useIce(ice);
    this.#links.nudgeAfterReplay();
  }

  /**
   * @param {import("./signal.js").SignalState} state
   * @param {import("./signal.js").StateDetail} detail
   */
  #lineChanged(state, { reason, message, device }) {
    this.#log.note(`signal ${state}${reason ? ` ${reason}` : ""}`);
    this.#message = message ?? "";
    this.#otherDevice = device ?? "";
    if (state === "ended") this.#end(reason ?? "broken");
    this.#changed();
  }

  /** @param {EndReason} reason */
  #end(reason) {
    this.#ended = reason;
    if (reason === "denied") this.#message ||= this.#roster.waiting?.message ?? "";
    this.#letGo();
  }

  #letGo() {
    this.#publisher.stop();
    this.#care.stop();
    this.#links.stop();
  }

  /**
   * What a peer says of itself while the server may be away.
   * @param {string} peer
   * @param {Record<string, unknown>} message
   */
  #hearPeer(peer, message) {
    if (message.type !== "media") return this.#care.hear(peer, message);
    this.#roster = reduce(this.#roster, { type: "peer.media", from: peer, data: flagsIn(message) });
    this.#changed();
  }

  #announce() {
    if (this.#roster.me?.state === "in" && !this.#ended) this.#publisher.announce();
  }

  /** @returns {Promise<IceConfig | null>} null: the server does not answer now */
  #freshIce() {
    if (this.#signal.state !== "live") return Promise.resolve(null); // a peer may be waiting for our answer past the server
    return this.#signal.ask("ice.get").then(({ data }) => data, () => null);
  }

  /** @param {Promise<unknown>} answer - a refusal means that it has been settled otherwise */
  #quietly(answer) {
    answer.catch((error) => this.#trouble(`refused: ${error.code}`));
  }

  #changed() {
    this.#publisher.setLevel(this.#links.level);
    this.#signal.watchClosely(this.#links.troubled);
    this.#events.onChange();
  }
}
