/** What a room has beyond faces, bar and messages. Nobody's first picture waits for it: it comes once that is there. */

import { Host } from "./host.js";
import { MuteAsked } from "./asked.js";
import { OwnNotice } from "./own_notice.js";
import { RoomFacts } from "./room_facts.js";
import { RoomPeople } from "./people.js";
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
 */

export class LateRoom {
  #host;
  #people;
  #facts;
  #asked;
  #settings;
  #sharing;
  #notice;
  #media;
  /** @type {CallView | null} */
  #view = null;

  /** @param {RoomAround} around */
  constructor({ call, attendance: { devices, media }, own, announcer, speakers, note, openSettings }) {
    this.#media = media;
    this.#host = new Host(call, note);
    this.#people = new RoomPeople({ askToMute: this.#host.askToMute, remove: this.#host.askToRemove });
    this.#facts = new RoomFacts(announcer);
    this.#asked = new MuteAsked(own);
    this.#settings = new Settings({ devices, media, speakers, announcer });
    new Support(call);
    this.#sharing = new Sharing({ devices, media });
    this.#notice = new OwnNotice({ announcer, note, openSettings });
  }

  /** @param {CallView} view */
  render(view) {
    this.#host.render(view.roster);
    this.#people.render(view.roster);
    this.#sharing.render(view.roster.me, this.#media.state);
    this.#facts.render(view, this.#media.state);
    this.#view = view;
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
    this.#settings.show(false);
  }
}
