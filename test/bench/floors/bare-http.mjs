// The floor of a call over HTTP: node:http reads the body and answers with as many bytes as SendMessage does.
import { createServer } from 'node:http';

const ANSWER = JSON.stringify({ MD5OfMessageBody: 'x'.repeat(32), MessageId: 'x'.repeat(36) });
const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0', 'content-length': ANSWER.length });
    response.end(ANSWER);
  });
});
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
