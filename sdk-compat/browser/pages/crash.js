// A shop whose basket breaks: built small, as what is served is, so its stack says nothing without a source map.
import posthog from 'posthog-js';

const basket = { birdhouse: undefined };

function priceOf(item) {
  return basket[item].price;
}

function checkOut() {
  try {
    return priceOf('birdhouse');
  } catch (error) {
    throw new RangeError('The basket of the small shop broke', { cause: error });
  }
}

posthog.init(window.settings.token, window.settings.options);
posthog.register({ $release: window.settings.flags.release });
window.posthog = posthog;
window.checkOut = () => setTimeout(checkOut);
window.checkOutCarefully = () => {
  try {
    priceOf('birdhouse');
  } catch (error) {
    posthog.captureException(error);
  }
};
