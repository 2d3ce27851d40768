/** What a room has beyond faces, bar and messages. Nobody's first picture waits for it: it comes once that is there. */

import { PlayedVoices } from "../../js/visit/played_voices.js";
import { CareNow } from "./care.js";
import { Host } from "./host.js";
import { Interpreting } from "./interpreting.js";
import { MuteAsked } from "./asked.js";
import { OwnNotice } from "./own_notice.js";
import { RoomFacts } from "./room_facts.js";
import { RoomPeople } from "./people.js";
import { SafetyList } from "./safety_list.js";
import { Settings } from "./settings.js";
import { Sharing } from "./sharing.js";
import { Support } from "./support.js";

/** @typedef {import("../../js/visit/visit.js").CallView} CallView */

/**
 * @typedef {object} RoomAround
 * @property {import("../../js/visit/visit.js").VisitCall} call
 * @property {import("./attendance.js").Attendance} attendance
 * @property {import("./own_media.js").OwnMedia} own
 * @property {import("./notices.js").Announcer} announcer
 * @property {import("../../js/visit/speakers.js").Speakers} speakers
 * @property {(words: string) => void} note
 * @property {() => void} openSettings
 * @property {(session: string) => HTMLMediaElement | null} players - who plays somebody's voice
 */

export class LateRoom {
  #care;
  #host;
  #people;
  #facts;
  #asked;
  #settings;
  #sharing;
  #notice;
  #safety;
  #interpreting;
  #voices;
  #players;
  #speakers;
  #media;
  /** @type {CallView | null} */
  #view = null;

  /** @param {RoomAround} around */
  constructor({ call, attendance: { data, devices, media, memory }, own, announcer, speakers, note, openSettings, players }) {
    this.#media = media;
    this.#host = new Host(call, note);
    this.#people = new RoomPeople({ askToMute: this.#host.askToMute, remove: this.#host.askToRemove });
    this.#facts = new RoomFacts(announcer);
    this.#asked = new MuteAsked(own);
    this.#settings = new Settings({ devices, media, speakers, announcer });
    this.#safety = new SafetyList();
    this.#interpreting = new Interpreting(call, memory);
    this.#voices = new PlayedVoices(() => new AudioContext(), () => media.soundInterrupted());
    this.#players = players;
    this.#speakers = speakers;
    new Support(call, data);
    this.#care = new CareNow({ data, note, announcer });
    this.#sharing = new Sharing({ devices, media });
    this.#notice = new OwnNotice({ announcer, note, openSettings });
  }

  /** @param {CallView} view */
  render(view) {
    this.#host.render(view.roster);
    this.#people.render(view.roster);
    this.#sharing.render(view.roster.me, this.#media.state);
    this.#facts.render(view, this.#media.state);
    this.#safety.render(view.others);
    this.#interpreting.render(view);
    this.#view = view;
  }

  /** @param {ReadonlyMap<string, number>} volumes - by session, from 0 to 1 */
  setVolumes(volumes) {
    const { context } = this.#voices;
    for (const [session, volume] of volumes) {
      const player = this.#players(session);
      if (player) this.#voices.setVolume(player, volume);
    }
    const made = this.#voices.context;
    if (made && made !== context) void this.#speakers.add(made);
  }

  /** A player plays something else now, or nothing. @param {HTMLMediaElement} player */
  release(player) {
    this.#voices.release(player);
  }

  /** The page is in front again. */
  toFront() {
    this.#voices.toFront();
    this.#settings.toFront();
  }

  /** @param {import("../../js/visit/media.js").MediaState} state */
  renderMedia(state) {
    if (this.#view) this.render(this.#view);
    this.#asked.render(state);
    this.#notice.render(state);
    this.#settings.render(state);
  }

  /** @param {import("./panels.js").Panel | null} panel */
  showPanel(panel) {
    this.#settings.show(panel === "settings");
  }

  /** @param {import("../../js/visit/roster.js").News} news */
  hear(news) {
    if (news.kind === "mute-asked") this.#asked.hear(news);
  }

  /** Let go of what was opened. */
  close() {
    this.#care.close();
    this.#settings.show(false);
  }
}
