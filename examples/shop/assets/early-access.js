// Early access with posthog-js alone: what is offered, what this shopper has chosen, and choosing.

/** What each stage means to a shopper: its name, what to expect, and what the switch says. */
const STAGES = {
  concept: ['Idea', 'Not built yet. Wishes help us decide.', 'I want this'],
  alpha: ['Alpha', 'Early and rough. Things may go wrong.', 'Use it'],
  beta: ['Beta', 'Nearly done. Tell us what you miss.', 'Use it'],
  'general-availability': [
    'New',
    'For everybody now. Switch it off to stay as you were.',
    'Use it',
  ],
};
/** 10 s: posthog-js says nothing when the list cannot be had, so silence must end some time. */
const PATIENCE_MS = 10_000;

const area = document.getElementById('early-access');
const list = area.querySelector('ul');
let offered = [];
let patience;

function show(state) {
  for (const element of area.children) element.hidden = element.dataset.state !== state;
}

/** posthog-js keeps every choice; of an idea nothing else tells, because its flag stays off. */
function isChosen({ flagKey, stage }) {
  if (stage !== 'concept') return posthog.isFeatureEnabled(flagKey, { send_event: false }) === true;
  const properties = posthog.get_property('$stored_person_properties');
  return properties?.[`$feature_enrollment/${flagKey}`] === true;
}

function choose({ flagKey, name, stage }, isWanted) {
  posthog.updateEarlyAccessFeatureEnrollment(flagKey, isWanted, stage);
  // posthog-js switches the flag in the page at once; that of an idea Serin leaves off.
  if (stage === 'concept') posthog.reloadFeatureFlags();
  const said = stage === 'concept' ? ['noted', 'no longer noted'] : ['on', 'off'];
  document.getElementById('chosen').textContent = `${name} is ${said[isWanted ? 0 : 1]}.`;
}

function itemOf(feature) {
  const item = document.getElementById('feature').content.firstElementChild.cloneNode(true);
  const part = (name) => item.querySelector(`[data-part="${name}"]`);
  const [stage, note, label] = STAGES[feature.stage] ?? [feature.stage, '', 'Use it'];
  part('stage').textContent = stage;
  part('name').textContent = feature.name;
  part('description').textContent = feature.description;
  part('note').textContent = note;
  part('label').textContent = label;
  if (feature.documentationUrl) {
    part('link').href = feature.documentationUrl;
    part('link-name').textContent = ` about ${feature.name}`;
  } else {
    part('link').remove();
  }
  const choice = part('choice');
  choice.setAttribute('aria-label', `${label}: ${feature.name}`);
  choice.addEventListener('change', () => choose(feature, choice.checked));
  return item;
}

/** The switches say what is true, also when it was decided in another tab. */
function showChoices() {
  for (const [index, feature] of offered.entries()) {
    list.children[index].querySelector('input').checked = isChosen(feature);
  }
}

function showOffered(features) {
  // What can be used comes before what can only be wished for.
  const isIdea = ({ stage }) => Number(stage === 'concept');
  offered = features.filter(({ flagKey }) => flagKey).sort((a, b) => isIdea(a) - isIdea(b));
  clearTimeout(patience);
  list.replaceChildren(...offered.map(itemOf));
  showChoices();
  show(offered.length > 0 ? 'ready' : 'empty');
}

/** Asked after the flags: switches that jump once they are known would be pressed by mistake. */
function load() {
  show('loading');
  patience = setTimeout(show, PATIENCE_MS, 'failed');
  const forget = posthog.onFeatureFlags(() => {
    queueMicrotask(() => forget());
    posthog.getEarlyAccessFeatures(showOffered, true, Object.keys(STAGES));
  });
}

document.getElementById('again').addEventListener('click', () => {
  if (!window.posthog) return location.reload();
  area.focus();
  load();
});

if (window.posthog) {
  posthog.onFeatureFlags(showChoices);
  load();
} else {
  show('failed');
}
