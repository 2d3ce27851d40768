/**
 * The peers that signaling is measured beside, one a process: `node peers.js relay|peerjs|socketio`.
 * Each prints its port. None of them knows who somebody is, numbers what it sends or keeps anything for a replay.
 */
import { createServer } from "node:http";

const HOST = "127.0.0.1";

const PEERS = { relay, peerjs, socketio };

/** The least that relays: a room is a set of sockets. */
async function relay() {
  const { WebSocketServer } = await import("ws");
  const rooms = new Map();
  const server = await listening();
  new WebSocketServer({ server, perMessageDeflate: false }).on("connection", (socket) => {
    let room = null;
    socket.on("message", (bytes) => {
      const message = JSON.parse(bytes.toString());
      if (message.type === "join") {
        room = rooms.get(message.room) ?? new Set();
        rooms.set(message.room, room.add(socket));
        socket.send(JSON.stringify({ type: "joined" }));
      } else {
        const text = JSON.stringify(message);
        for (const other of room) if (other !== socket) other.send(text);
      }
    });
    socket.on("close", () => room?.delete(socket));
  });
  return server;
}

async function peerjs() {
  const { PeerServer } = await import("peer");
  return new Promise((resolve) => PeerServer({ host: HOST, port: 0, path: "/", concurrent_limit: 10_000 }, resolve));
}

async function socketio() {
  const { Server } = await import("socket.io");
  const server = await listening();
  new Server(server, { transports: ["websocket"] }).on("connection", (socket) => {
    socket.on("join", (room, done) => {
      socket.join(room);
      done();
    });
    socket.on("relay", (room, message) => socket.to(room).emit("relay", message));
  });
  return server;
}

function listening() {
  const server = createServer();
  return new Promise((resolve) => server.listen(0, HOST, () => resolve(server)));
}

const server = await PEERS[process.argv[2]]();
console.log(server.address().port);
