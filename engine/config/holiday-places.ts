// The places whose public holidays are known: countries by ISO 3166-1, regions by ISO 3166-2. The library that knows
// the days is far too large to load for a look at a file, and what is pure may not look them up; a test holds this
// list to it.

/** Without regions of their own. */
const COUNTRIES = [
  'AE AI AM AO AR AS AW AX AZ BB BD BF BG BH BI BJ BL BM BN BS BW BY BZ CC CD CF CG CI CM CN CO CR CU CW CX CY',
  'CZ DJ DK DM DO DZ EE EG EH ER ET FI FJ FO GA GD GE GF GG GH GI GL GM GN GP GQ GR GU GW GY HK HN HT HU ID IE',
  'IL IM IR IS JE JM JP KE KM KN KR KY KZ LC LI LK LR LS LT LU LV LY MA MC ME MF MG MK ML MQ MR MS MT MU MW MX',
  'MZ NA NC NE NF NG NI NO PA PF PH PL PM PR PT PY RE RO RS RW SA SC SD SE SG SI SJ SK SL SM SN SR SS ST SX SZ',
  'TC TD TG TH TN TO TR TT TW TZ UA UG UY UZ VA VC VG VI VN VU WF XK YT ZA ZM ZW',
];

/** Each line is a country and its regions. */
const COUNTRIES_WITH_REGIONS = [
  'AD 03 07',
  'AG 10',
  'AL',
  'AT 1 2 3 4 5 6 7 8 9',
  'AU ACT NSW NT QLD SA TAS VIC WA',
  'BA BIH BRC SRP',
  'BE BRU DE VLG WAL',
  'BO B C H L N O P S T',
  'BQ BO SA SE',
  'BR AC AL AM AP BA CE DF ES GO MA MG MS MT PA PB PE PI PR RJ RN RO RR RS SC SE SP TO',
  'CA AB BC MB NB NL NS NT NU ON PE QC SK YT',
  'CH ZH BE LU UR SZ OW NW GL ZG FR SO BS BL SH AR AI SG GR AG TG TI VD VS NE GE JU',
  'CK Aitutaki Atiu Mangaia Manihiki Mitiaro Palmerston Penrhyn Pukapuka Rakahanga Rarotonga',
  'CL AP BI NU TA',
  'CV S',
  'DE BB BE BW BY HB HE HH MV NI NW RP SH SL SN ST TH',
  'EC P',
  'ES AN AR AS CB CE CL CM CN CT EX GA IB MC MD ML NC PV RI VC',
  'FR 57 67 68 YT MQ GP GF RE MF BL',
  'GB ALD ENG NIR SCT WLS',
  'GT 1',
  'HR 17 19',
  'IC EH FU GC LG LP LA TE',
  'IN AN AP AR AS BR CH CT DD DL DN GA GJ HP HR JK KA KL LD MH ML MN MP MZ NL OR PB PY RJ SK TG TN TR UP UT WB',
  'IT 21 25 32 52 62 82',
  'MD CA CU',
  'MY 10 11 12 13 14 15 16 01 02 03 04 05 06 07 08 09',
  'NL GR NH ZH',
  'NZ AUK BOP CAN CIT GIS HKB MBH MWT NSN NTL OTA STL TAS TKI WKO WGN WTC',
  'PE CUS',
  'PK BA GB IS JK KP PB SD',
  'RU AD AL BA BEL BRY BU CE CR CU DA IN IRK KB KC KDA KL KO KR MR NO OMS PNZ SA SAR SEV STA TA TY ZAB',
  'SH AC HL TA',
  'SO AW SA SO TO WO',
  'SV SS',
  'US AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND',
  'US OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY',
  'VE B G K M N S V',
];

/** `RO`, `US`, `US-CA`, each once. */
export const HOLIDAY_PLACES: readonly string[] = [
  ...new Set([
    ...COUNTRIES.flatMap((line) => line.split(' ')),
    ...COUNTRIES_WITH_REGIONS.flatMap((line) => {
      const [country = '', ...regions] = line.split(' ');
      return [country, ...regions.map((region) => `${country}-${region}`)];
    }),
  ]),
];
