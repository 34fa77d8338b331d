// What AWS answered, recorded: ../shared/aws-recorded (see its README.md).
import { describeArea } from './describe-area.ts';

describeArea('logs');
