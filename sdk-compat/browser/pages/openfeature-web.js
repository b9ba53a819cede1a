import { OFREPWebProvider } from '@openfeature/ofrep-web-provider';
import { OpenFeature, ProviderEvents } from '@openfeature/web-sdk';

const { serinUrl, token, options } = window.settings;
window.changes = [];
OpenFeature.addHandler(ProviderEvents.ConfigurationChanged, ({ flagsChanged }) => {
  window.changes.push(flagsChanged);
});
window.client = OpenFeature.getClient();
window.setContext = (context) => OpenFeature.setContext(context);
window.started = OpenFeature.setContext(options.context)
  .then(() =>
    OpenFeature.setProviderAndWait(
      new OFREPWebProvider({
        baseUrl: serinUrl,
        headers: [['Authorization', `Bearer ${token}`]],
      }),
    ),
  )
  .then(
    () => 'ready',
    (error) => String(error),
  );
