import type { TestMetricFilterRequest, TestMetricFilterResponse } from '@aws-sdk/client-cloudwatch-logs';
import type { Operation } from '../../../core/operation.ts';
import { checkedFilter } from '../filter/checked-filter.ts';
import type { LogsService } from '../service.ts';

/** Says which of some messages a pattern finds, and what it takes out of them. */
export const testMetricFilter: Operation<LogsService, TestMetricFilterRequest, TestMetricFilterResponse> = async (
  _service,
  { filterPattern = '', logEventMessages = [] },
) => {
  const filter = checkedFilter(filterPattern);
  return {
    matches: logEventMessages.flatMap((eventMessage, index) => {
      const extractedValues = filter.match(eventMessage);
      return extractedValues ? [{ eventNumber: index + 1, eventMessage, extractedValues }] : [];
    }),
  };
};
