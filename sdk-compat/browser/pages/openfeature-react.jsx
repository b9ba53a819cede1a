import { OFREPWebProvider } from '@openfeature/ofrep-web-provider';
import {
  OpenFeature,
  OpenFeatureProvider,
  useBooleanFlagDetails,
  useFlag,
  useStringFlagValue,
} from '@openfeature/react-sdk';
import { createRoot } from 'react-dom/client';

const { serinUrl, token, options, flags } = window.settings;
await OpenFeature.setContext(options.context);
OpenFeature.setProvider(
  new OFREPWebProvider({ baseUrl: serinUrl, headers: [['X-API-Key', token]] }),
);

function Checkout() {
  const { value: isOn } = useFlag(flags.boolean, false);
  const text = useStringFlagValue(flags.text, 'default');
  const { reason, variant } = useBooleanFlagDetails(flags.pro, false);
  return (
    <main>
      <p id="boolean">{String(isOn)}</p>
      <p id="text">{text}</p>
      <p id="details">{`${reason} ${variant}`}</p>
    </main>
  );
}

createRoot(document.getElementById('app')).render(
  <OpenFeatureProvider>
    <Checkout />
  </OpenFeatureProvider>,
);
