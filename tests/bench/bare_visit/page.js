/** The least that connects two pages: no waiting room, no roles, no numbers, no recovery. Whoever comes second offers. */

const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 640, height: 480, frameRate: 30 } });
document.getElementById("mine").srcObject = stream;
const socket = new WebSocket(`ws://${location.host}/relay`);
let connection;

const send = (message) => socket.send(JSON.stringify(message));

function connect() {
  connection?.close();
  connection = new RTCPeerConnection();
  for (const track of stream.getTracks()) connection.addTrack(track, stream);
  connection.ontrack = ({ streams }) => (document.getElementById("theirs").srcObject = streams[0]);
  connection.onicecandidate = ({ candidate }) => candidate && send({ candidate });
}

async function describe() {
  await connection.setLocalDescription();
  send({ description: connection.localDescription });
}

socket.onmessage = async ({ data }) => {
  const { others, description, candidate } = JSON.parse(data);
  if (candidate) return connection.addIceCandidate(candidate);
  if (others !== undefined || description.type === "offer") connect();
  if (description) await connection.setRemoteDescription(description);
  if (others > 0 || description?.type === "offer") await describe();
};
