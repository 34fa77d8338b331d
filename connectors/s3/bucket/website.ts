import type { RoutingRule, WebsiteConfiguration } from '@aws-sdk/client-s3';
import { invalidArgument, invalidRequest, malformedXml } from '../errors.ts';

/** Stored and shown; there is no website endpoint. */
export function checkedWebsite(website: WebsiteConfiguration | undefined): WebsiteConfiguration {
  if (!website) throw malformedXml();
  const { RedirectAllRequestsTo: redirect, IndexDocument: index, ErrorDocument: error, RoutingRules: rules } = website;
  if (redirect) {
    if (!redirect.HostName) throw malformedXml();
    if (index || error || rules) {
      throw invalidArgument('RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules.', {
        ArgumentName: 'RedirectAllRequestsTo',
        ArgumentValue: 'not null',
      });
    }
    return website;
  }
  if (!index) {
    throw invalidArgument('A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty', {
      ArgumentName: 'IndexDocument',
      ArgumentValue: 'null',
    });
  }
  if (!index.Suffix || index.Suffix.includes('/')) {
    throw invalidArgument('The IndexDocument Suffix is not well formed', {
      ArgumentName: 'IndexDocument',
      ArgumentValue: index.Suffix ?? '',
    });
  }
  if (error && !error.Key) throw malformedXml();
  if (rules?.length === 0) throw malformedXml();
  for (const rule of rules ?? []) checkRule(rule);
  return website;
}

function checkRule({ Redirect: redirect, Condition: condition }: RoutingRule): void {
  if (!redirect) throw malformedXml();
  if (redirect.Protocol && !['http', 'https'].includes(redirect.Protocol)) {
    throw invalidRequest(
      'Invalid protocol, protocol can be http or https. If not defined the protocol will be selected automatically.',
    );
  }
  if (redirect.ReplaceKeyPrefixWith !== undefined && redirect.ReplaceKeyWith !== undefined) {
    throw invalidRequest('You can only define ReplaceKeyPrefix or ReplaceKey but not both.');
  }
  const isEmpty = condition && !condition.KeyPrefixEquals && !condition.HttpErrorCodeReturnedEquals;
  if (isEmpty) {
    throw invalidRequest(
      "Condition cannot be empty. To redirect all requests without a condition, the condition element shouldn't be present.",
    );
  }
}
