/**
 * Signed webhooks: alarms as JSON for newer software, by the "Standard Webhooks" convention.
 *
 * @module
 */
export { judgeWebhook, type WebhookAnswer, type WebhookVerdict } from "./answer.ts";
export { type WebhookBody, webhookBody, type WebhookItem, webhookItem } from "./body.ts";
export { readWebhookSecret, type WebhookSecretResult } from "./secret.ts";
export {
  type WebhookEffect,
  type WebhookRequest,
  WebhookSession,
  type WebhookSessionOptions,
} from "./session.ts";
export { signWebhook, type WebhookContent, webhookMac } from "./signature.ts";
export { readWebhookUrl, type WebhookUrlResult } from "./url.ts";
export { verifyWebhook, type WebhookToVerify, type WebhookVerified } from "./verify.ts";
