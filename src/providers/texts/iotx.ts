/** What the settings of iot-x are called where a person is asked for them. */
import type { SettingTexts } from '../provider-module.ts';

export const iotxTexts: SettingTexts = {
  IOTX_URL: { title: 'iot-x address', description: 'Empty: https://api.iot-x.com.', asked: 'optional' },
  IOTX_ACCESS_KEY: { title: 'iot-x access key', description: 'Access key of the account. Empty: sandbox.', asked: 'required' },
  IOTX_PRODUCT_KEY: { title: 'iot-x product key', description: 'both, product or service. Empty: both.' },
  IOTX_CURRENCY: { title: 'iot-x currency', description: 'ISO 4217 code of amounts, such as EUR.', asked: 'optional' },
  IOTX_WRITES: { title: 'iot-x changes', description: 'on: changes may run after approval. Empty: reads only.' },
};
