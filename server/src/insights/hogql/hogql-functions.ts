// The functions that SQL may call: those that compute from their arguments alone. What an engine adds later is not
// among them: some of them read files, ask other machines, tell about the server, or sleep. Names are compared
// without regard to case.

const FUNCTIONS = new Set(
  `
  abs avg2 byteswap divide dividedecimal divideornull gcd ifnotfinite intdiv intdivornull intdivorzero isfinite
  isinfinite isnan lcm max2 midpoint min2 minus mod modornull modulo moduloornull moduloorzero multiply
  multiplydecimal negate plus pmod pmodornull positive_modulo positive_modulo_or_null positivemodulo
  positivemoduloornull sqr
  array array_remove arrayall arrayautocorrelation arrayavg arraybottomk arraycompact arrayconcat arraycount
  arraycumsum arraycumsumnonnegative arraydifference arraydistinct arraydotproduct arrayelement arrayelementornull
  arrayenumerate arrayenumeratedense arrayenumeratedenseranked arrayenumerateuniq arrayenumerateuniqranked
  arrayexcept arrayexists arrayfill arrayfilter arrayfirst arrayfirstindex arrayfirstornull arrayflatten arrayfold
  arrayintersect arrayjoin arraylast arraylastindex arraylastornull arraymap arraymax arraymin arraypopback
  arraypopfront arrayproduct arraypushback arraypushfront arrayremove arrayresize arrayreverse arrayreversefill
  arrayreversesort arrayreversesplit arrayrotateleft arrayrotateright arrayshiftleft arrayshiftright arrayslice
  arraysort arraysplit arraysum arraysymmetricdifference arraytopk arraytranspose arrayunion arrayuniq
  arraywithconstant arrayzip arrayzipunaligned cardinality countequal empty flatten has hasall hasany hassubstr
  indexof indexofassumesorted length notempty octet_length range replicate reverse unnest
  bitand bitcount bitnot bitor bitrotateleft bitrotateright bitshiftleft bitshiftright bitslice bittest bittestall
  bittestany bitxor
  equals greater greaterorequals in isdistinctfrom isnotdistinctfrom less lessorequals notequals notin notnullin
  nullin
  casewithoutexpr casewithoutexpression clamp greatest if least multiif
  adddate adddays addhours addinterval addmicroseconds addmilliseconds addminutes addmonths addquarters addseconds
  addweeks addyears age curdate current_date current_timestamp date_bin date_diff date_format date_trunc datediff
  datename datetrunc day dayofmonth dayofweek dayofyear formatdatetime from_unixtime from_utc_timestamp
  fromunixtimestamp fromutctimestamp hour last_day localtime localtimestamp makedate makedate32 makedatetime
  makedatetime64 microsecond millisecond minute month monthname now now64 quarter second subdate subtractdays
  subtracthours subtractinterval subtractmicroseconds subtractmilliseconds subtractminutes subtractmonths
  subtractquarters subtractseconds subtractweeks subtractyears time_bucket timediff timeslot timestamp
  timestamp_diff timestampdiff timezone timezoneof timezoneoffset to_utc_timestamp today todayofmonth todayofweek
  todayofyear todaysinmonth tohour toisoweek toisoyear tolastdayofmonth tolastdayofweek tomicrosecond
  tomillisecond tominute tomonday tomonth tomonthnumsinceepoch toquarter torelativedaynum torelativehournum
  torelativeminutenum torelativemonthnum torelativequarternum torelativesecondnum torelativeweeknum
  torelativeyearnum tosecond tostartofday tostartoffifteenminutes tostartoffiveminute tostartoffiveminutes
  tostartofhour tostartofinterval tostartofisoyear tostartofmicrosecond tostartofmillisecond tostartofminute
  tostartofmonth tostartofquarter tostartofsecond tostartoftenminutes tostartofweek tostartofyear
  totimewithfixeddate totimezone tounixtimestamp toutctimestamp toweek toyear toyearnumsinceepoch toyearweek
  toyyyymm toyyyymmdd toyyyymmddhhmmss utc_timestamp utctimestamp week year yearweek yesterday
  yyyymmddhhmmsstodatetime yyyymmddhhmmsstodatetime64 yyyymmddtodate yyyymmddtodate32
  bin char hex unbin unhex
  cityhash64 farmhash64 halfmd5 inthash32 inthash64 md5 murmurhash3_64 sha256 siphash64 xxhash64
  cutipv6 inet6_aton inet6_ntoa inet_aton inet_ntoa ipv4cidrtorange ipv4numtostring ipv4numtostringclassc
  ipv4stringtonum ipv4stringtonumordefault ipv4stringtonumornull ipv4toipv6 ipv6cidrtorange ipv6numtostring
  ipv6stringtonum ipv6stringtonumordefault ipv6stringtonumornull isipaddressinrange isipv4string isipv6string
  toipv4 toipv4ordefault toipv4ornull toipv4orzero toipv6 toipv6ordefault toipv6ornull toipv6orzero
  isvalidjson json_array_length json_exists json_query json_value jsonarraylength jsonextract jsonextractarrayraw
  jsonextractarrayrawcaseinsensitive jsonextractbool jsonextractboolcaseinsensitive jsonextractcaseinsensitive
  jsonextractfloat jsonextractfloatcaseinsensitive jsonextractint jsonextractintcaseinsensitive jsonextractkeys
  jsonextractkeysandvalues jsonextractkeysandvaluescaseinsensitive jsonextractkeysandvaluesraw
  jsonextractkeysandvaluesrawcaseinsensitive jsonextractkeyscaseinsensitive jsonextractraw
  jsonextractrawcaseinsensitive jsonextractstring jsonextractstringcaseinsensitive jsonextractuint
  jsonextractuintcaseinsensitive jsonhas jsonkey jsonlength jsonmergepatch jsontype prettyprintjson
  simplejsonextractbool simplejsonextractfloat simplejsonextractint simplejsonextractraw simplejsonextractstring
  simplejsonextractuint simplejsonhas tojsonstring visitparamextractbool visitparamextractfloat
  visitparamextractint visitparamextractraw visitparamextractstring visitparamextractuint visitparamhas
  and not or xor
  extractkeyvaluepairs extractkeyvaluepairswithescaping map map_from_arrays mapadd mapall mapapply mapconcat
  mapcontains mapcontainskey mapcontainskeylike mapcontainsvalue mapcontainsvaluelike mapexists mapextractkeylike
  mapextractvaluelike mapfilter mapfromarrays mapfromstring mapkeys mapreversesort mapsort mapsubtract mapupdate
  mapvalues str_to_map
  acos acosh asin asinh atan atan2 atanh cbrt cos cosh degrees e erf erfc exp exp10 exp2 factorial hypot intexp10
  intexp2 lgamma ln log log10 log1p log2 pi pow power radians sigmoid sign sin sinh sqrt tan tanh tgamma
  _cast arrayshuffle casewithexpr casewithexpression generateuuidv4 geodistance greatcircledistance lambda rand
  rand32 rand64 randcanonical repeat touuidordefault touuidornull uuidnumtostring uuidstringtonum uuidv7todatetime
  assumenotnull coalesce firstnondefault ifnull isnotnull isnull isnullable iszeroornull nullif tonullable
  bar countdigits format_bytes formatreadabledecimalsize formatreadablequantity formatreadablesize
  formatreadabletimedelta identity totypename transform
  ceil ceiling floor round roundage roundbankers rounddown roundduration roundtoexp2 trunc truncate
  format overlay overlayutf8 printf regexp_replace regexpquotemeta replace replaceall replaceone replaceregexpall
  replaceregexpone translate translateutf8
  countmatches countmatchescaseinsensitive countsubstrings countsubstringscaseinsensitive
  countsubstringscaseinsensitiveutf8 extract extractall extractallgroupshorizontal extractgroups hassubsequence
  hassubsequencecaseinsensitive hassubsequencecaseinsensitiveutf8 hassubsequenceutf8 ilike instr like locate match
  multisearchallpositions multisearchallpositionscaseinsensitive multisearchallpositionscaseinsensitiveutf8
  multisearchallpositionsutf8 multisearchany multisearchanycaseinsensitive multisearchanycaseinsensitiveutf8
  multisearchanyutf8 multisearchfirstindex multisearchfirstindexcaseinsensitive
  multisearchfirstindexcaseinsensitiveutf8 multisearchfirstindexutf8 multisearchfirstposition
  multisearchfirstpositioncaseinsensitive multisearchfirstpositioncaseinsensitiveutf8 multisearchfirstpositionutf8
  notilike notlike position positioncaseinsensitive positioncaseinsensitiveutf8 positionutf8 regexp_matches
  alphatokens array_to_string arraystringconcat extractallgroups extractallgroupsvertical reversebyseparator
  splitbyalpha splitbychar splitbynonalpha splitbyregexp splitbystring splitbywhitespace tokens
  appendtrailingcharifabsent ascii base32decode base32encode base58decode base58encode base64decode base64encode
  base64urldecode base64urlencode basename byteslice char_length character_length concat concat_ws
  concatassumeinjective concatwithseparator concatwithseparatorassumeinjective endswith endswithcaseinsensitive
  endswithcaseinsensitiveutf8 endswithutf8 from_base64 initcap initcaputf8 isascii isvalidascii isvalidutf8 lcase
  left leftpad leftpadutf8 leftutf8 lengthutf8 lower lowerutf8 lpad ltrim mid regexp_extract regexp_instr
  regexp_substr regexpextract regexpinstr regexpposition reverseutf8 right rightpad rightpadutf8 rightutf8 rpad
  rtrim space startswith startswithcaseinsensitive startswithcaseinsensitiveutf8 startswithutf8 substr substring
  substring_index substringindex substringindexutf8 substringutf8 to_base64 tovalidutf8 trim trimboth trimleft
  trimright trybase32decode trybase58decode trybase64decode trybase64urldecode ucase upper upperutf8
  dotproduct flattentuple scalarproduct tuple tupleconcat tupledivide tupledividebynumber tupleelement tupleintdiv
  tupleintdivbynumber tupleintdivorzero tupleintdivorzerobynumber tupleminus tuplemodulo tuplemodulobynumber
  tuplemultiply tuplemultiplybynumber tuplenames tuplenegate tupleplus tuplepositivemodulobynumber
  tupletonamevaluepairs vectordifference vectorsum
  accuratecast accuratecastordefault accuratecastornull cast date fromunixtimestamp64micro
  fromunixtimestamp64milli fromunixtimestamp64nano fromunixtimestamp64second parsedatetime
  parsedatetime32besteffort parsedatetime32besteffortornull parsedatetime32besteffortorzero parsedatetime64
  parsedatetime64besteffort parsedatetime64besteffortornull parsedatetime64besteffortorzero
  parsedatetime64besteffortus parsedatetime64besteffortusornull parsedatetime64besteffortusorzero
  parsedatetime64ornull parsedatetime64orzero parsedatetimebesteffort parsedatetimebesteffortornull
  parsedatetimebesteffortorzero parsedatetimebesteffortus parsedatetimebesteffortusornull
  parsedatetimebesteffortusorzero parsedatetimeornull parsedatetimeorzero str_to_date to_unixtime tobool todate
  todate32 todate32ordefault todate32ornull todate32orzero todateordefault todateornull todateorzero todatetime
  todatetime32 todatetime64 todatetime64ordefault todatetime64ornull todatetime64orzero todatetimeordefault
  todatetimeornull todatetimeorzero todecimal32 todecimal32ordefault todecimal32ornull todecimal32orzero
  todecimal64 todecimal64ordefault todecimal64ornull todecimal64orzero tofixedstring tofloat32 tofloat32ordefault
  tofloat32ornull tofloat32orzero tofloat64 tofloat64ordefault tofloat64ornull tofloat64orzero toint16
  toint16ordefault toint16ornull toint16orzero toint32 toint32ordefault toint32ornull toint32orzero toint64
  toint64ordefault toint64ornull toint64orzero toint8 toint8ordefault toint8ornull toint8orzero tointerval
  tointervalday tointervalhour tointervalmicrosecond tointervalmillisecond tointervalminute tointervalmonth
  tointervalquarter tointervalsecond tointervalweek tointervalyear tostring tostringcuttozero touint16
  touint16ordefault touint16ornull touint16orzero touint32 touint32ordefault touint32ornull touint32orzero
  touint64 touint64ordefault touint64ornull touint64orzero touint8 touint8ordefault touint8ornull touint8orzero
  tounixtimestamp64micro tounixtimestamp64milli tounixtimestamp64nano tounixtimestamp64second touuid touuidorzero
  cutfragment cutquerystring cutquerystringandfragment cuttofirstsignificantsubdomain
  cuttofirstsignificantsubdomainwithwww cuturlparameter cutwww decodeurlcomponent decodeurlformcomponent domain
  domainwithoutwww encodeurlcomponent encodeurlformcomponent extracturlparameter extracturlparameternames
  extracturlparameters firstsignificantsubdomain fragment netloc path pathfull port protocol querystring
  querystringandfragment topleveldomain urlhierarchy urlpathhierarchy
`
    .trim()
    .split(/\s+/),
);

const AGGREGATES = new Set(
  `
  any any_respect_nulls any_value any_value_respect_nulls anyheavy anylast anylast_respect_nulls
  anylastrespectnulls anyrespectnulls anyvaluerespectnulls argandmax argandmin argmax argmin array_agg avg
  avgweighted bit_and bit_or bit_xor corr corrstable count covar_pop covar_samp covarpop covarpopstable covarsamp
  covarsampstable cume_dist deltasum dense_rank denserank entropy exponentialmovingaverage first_value
  first_value_respect_nulls firstvaluerespectnulls group_concat grouparray grouparrayintersect grouparraylast
  grouparraymovingavg grouparraymovingsum grouparraysample grouparraysorted groupbitand groupbitor groupbitxor
  groupconcat groupuniqarray histogram kurtpop kurtsamp lag laginframe last_value last_value_respect_nulls
  lastvaluerespectnulls lead leadinframe mannwhitneyutest max max_by meanztest median mediandeterministic
  medianexact medianexacthigh medianexactlow medianexactweighted medianexactweightedinterpolated
  medianinterpolatedweighted mediantdigest mediantdigestweighted mediantiming mediantimingweighted min min_by
  nonnegativederivative nth_value ntile percent_rank percentrank quantile quantiledeterministic quantileexact
  quantileexactexclusive quantileexacthigh quantileexactinclusive quantileexactlow quantileexactweighted
  quantileexactweightedinterpolated quantileinterpolatedweighted quantiles quantilesdeterministic quantilesexact
  quantilesexactexclusive quantilesexacthigh quantilesexactinclusive quantilesexactlow quantilesexactweighted
  quantilesexactweightedinterpolated quantilesinterpolatedweighted quantilestdigest quantilestdigestweighted
  quantilestiming quantilestimingweighted quantiletdigest quantiletdigestweighted quantiletiming
  quantiletimingweighted rank retention row_number sequencecount sequencematch sequencematchevents
  simplelinearregression singlevalueornull skewpop skewsamp std stddev stddev_pop stddev_samp stddevpop
  stddevpopstable stddevsamp stddevsampstable string_agg studentttest studentttestonesample sum sumcount sumkahan
  sumwithoverflow topk topkweighted uniq uniqcombined uniqcombined64 uniqexact uniqhll12 uniqupto var_pop var_samp
  varpop varpopstable varsamp varsampstable welchttest windowfunnel
`
    .trim()
    .split(/\s+/),
);

/** What may follow the name of an aggregate function; states are left out, which could be made up. */
const COMBINATOR = /(?:if|array|map|distinct|ordefault|ornull|foreach|resample|argmin|argmax)$/;

export function isAggregateFunction(name: string): boolean {
  return isAggregate(name.toLowerCase());
}

export function isAllowedFunction(name: string): boolean {
  const lower = name.toLowerCase();
  return FUNCTIONS.has(lower) || isAggregate(lower);
}

function isAggregate(name: string): boolean {
  if (AGGREGATES.has(name)) return true;
  const shorter = name.replace(COMBINATOR, '');
  return shorter !== name && isAggregate(shorter);
}
