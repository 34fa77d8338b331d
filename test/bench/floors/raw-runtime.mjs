// The floor's function: asks for the next event and answers with its size, over one kept TCP connection.
import { connect } from 'node:net';

const socket = connect(Number(process.argv[2]), '127.0.0.1');
socket.setNoDelay(true);
const NEXT = 'GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nhost: x\r\n\r\n';
let buffered = Buffer.alloc(0);

const respond = (id, body) => {
  const answer = JSON.stringify({ bytes: JSON.parse(body).text.length });
  socket.write(
    `POST /2018-06-01/runtime/invocation/${id}/response HTTP/1.1\r\nhost: x\r\ncontent-length: ${answer.length}\r\n\r\n${answer}`,
  );
};

socket.on('data', (chunk) => {
  buffered = buffered.length === 0 ? chunk : Buffer.concat([buffered, chunk]);
  for (;;) {
    const end = buffered.indexOf('\r\n\r\n');
    if (end < 0) return;
    const head = buffered.toString('latin1', 0, end);
    const length = Number(/content-length: (\d+)/i.exec(head)[1]);
    if (buffered.length < end + 4 + length) return;
    const body = buffered.toString('utf8', end + 4, end + 4 + length);
    buffered = buffered.subarray(end + 4 + length);
    if (head.startsWith('HTTP/1.1 200')) respond(/request-id: (\S+)/i.exec(head)[1], body);
    else socket.write(NEXT);
  }
});
socket.write(NEXT);
