/** Messages as the server sends them. */

export const a_member = (member, changes = {}) => ({
  member,
  session: `s_${member}`,
  role: "patient",
  label: `${member} by name`,
  host: false,
  conn: "ok",
  media: { audio: false, video: false, share: false, level: 0 },
  ...changes,
});

export const a_snapshot = ({ me = {}, members = [], links = [], ...changes } = {}) => ({
  type: "snapshot",
  data: {
    rev: 1,
    visit: { state: "active", locked: false, sound_only: false, ends_in_ms: null },
    me: {
      session: "s_me",
      member: "m_me",
      role: "patient",
      label: "Me",
      host: false,
      state: "in",
      caps: ["chat", "publish_audio", "publish_video"],
      ...me,
    },
    members,
    links,
    lobby: [],
    chat: [],
    ice: { iceServers: [], iceTransportPolicy: "all", ttl_s: 600 },
    ...changes,
  },
});
