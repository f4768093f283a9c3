"""Wrong snippets of scenarios: each with the line of the snippet that is at fault and what is said of it."""

FLIGHT = '[[plan.flights]]\nchannel = "television"\n'
RIVAL = '[[world.flights]]\nbrand = "Rival"\nchannel = "television"\nweekly = 1\n'

# (snippet, line counted from its first, what is said)
ARROW = '[[world.journey.arrows]]\nfrom = "{}"\nto = "{}"\nrate = 0.1\n'

FIELDS = [
    (FLIGHT + "weekly = -5", 3, "plan.flights[0].weekly: -5 is not allowed; give a number from 0 to 1e+15"),
    (
        FLIGHT + "weekly = 5\nweeklyy = 5",
        4,
        "plan.flights[0]: 'weeklyy' is not a key here; did you mean 'weekly'?",
    ),
    ("[plann]\nx = 1", 1, "'plann' is not a key here; did you mean 'plan'?"),
    ("[market]\nconsumers = 50", 1, "'market' is not a key here; it belongs in 'world'"),
    ("[[plan.flights]]\nweekly = 5", 1, "plan.flights[0]: 'channel' is missing"),
    ("[[world.brands]]\nprice = 5.0", 1, "world.brands[2]: 'name' is missing"),
    (FLIGHT + 'weekly = "5"', 3, "plan.flights[0].weekly: '5' is not allowed; give a number from 0 to 1e+15"),
    (FLIGHT + "weekly = true", 3, "plan.flights[0].weekly: true is not allowed; give a number from 0 to 1e+15"),
    (FLIGHT + "weekly = nan", 3, "plan.flights[0].weekly: nan is not allowed; give a number from 0 to 1e+15"),
    (
        FLIGHT + "weekly = 5\nfrom = -1",
        4,
        "plan.flights[0].from: -1 is not allowed; give a date such as 2025-03-01, or a whole number of days after the "
        "start (0 or more)",
    ),
    ("[horizon]\nstart = 12", 2, "horizon.start: 12 is not allowed; give a date such as 2025-03-01"),
    ("[horizon]\ndays = 0", 2, "horizon.days: 0 is not allowed; give a whole number from 1 to 7300"),
    ("[horizon]\ndays = 1.5", 2, "horizon.days: 1.5 is not allowed; give a whole number from 1 to 7300"),
    (
        '[world.market]\ncategory = "repeet"',
        2,
        "world.market.category: 'repeet' is not allowed; give one of repeat, one-off, subscription; "
        "did you mean 'repeat'?",
    ),
    (
        "[world.market]\npurchase_cycle = 0",
        2,
        "world.market.purchase_cycle: 0 is not allowed; give a number above 0 and up to 36500",
    ),
    ("[world.market]\nseason = [1, 1]", 2, "world.market.season: has 2 values; give 12"),
    ("[world.market]\ncurrency = 3", 2, "world.market.currency: 3 is not allowed; give text in quotes"),
    (FLIGHT + "weekly = 1\nstages = 3", 4, "plan.flights[0].stages: 3 is not allowed; give a list in [ ]"),
    (
        '[plan.flights]\nchannel = "television"',
        1,
        "plan.flights: is a list of tables: write [[plan.flights]], with double brackets",
    ),
    ('[world]\nplatform = "fast"', 2, "world.platform: 'fast' is not allowed; give a table"),
    (
        '[[world.segments]]\nname = "old"\nmedia = { television = 1.2 }',
        3,
        "world.segments[1].media.television: 1.2 is not allowed; give a number from 0 to 1",
    ),
    (
        "[[plan.prices]]\nfrom = 3\nprice = 1e39",
        3,
        "plan.prices[0].price: 1e+39 is not allowed; give a number from 1e-06 to 1e+09",
    ),
    (
        '[[world.brands]]\nname = "New"\nprice = 1e-40',
        3,
        "world.brands[2].price: 1e-40 is not allowed; give a number from 1e-06 to 1e+09",
    ),
    (FLIGHT + "weekly = 1e308", 3, "plan.flights[0].weekly: 1e+308 is not allowed; give a number from 0 to 1e+15"),
    (
        "[world.population]\ntaste_spread = 1e30",
        2,
        "world.population.taste_spread: 1e+30 is not allowed; give a number from 0 to 5",
    ),
    (
        "[world.population]\nrate_shape = 1e-30",
        2,
        "world.population.rate_shape: 1e-30 is not allowed; give a number from 0.05 to 1e+06",
    ),
    (
        "[world.population]\ntrait_concentration = 1e-30",
        2,
        "world.population.trait_concentration: 1e-30 is not allowed; give a number from 0.1 to 1e+06",
    ),
    (
        "[world.population]\nmedia_concentration = 1e-30",
        2,
        "world.population.media_concentration: 1e-30 is not allowed; give a number from 0.1 to 1e+06",
    ),
    (
        '[[world.segments]]\nname = "old"\ntaste = { Rival = 1e30 }',
        3,
        "world.segments[1].taste.Rival: 1e+30 is not allowed; give a number from -20 to 20",
    ),
    (
        "[world.market]\nseason = [1e30, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]",
        2,
        "world.market.season[0]: 1e+30 is not allowed; give a number above 0 and up to 100",
    ),
    (
        '[[world.channels]]\nname = "television"\ncpm = 1e-300',
        3,
        "world.channels[0].cpm: 1e-300 is not allowed; give a number from 0.001 to 1e+06",
    ),
    (
        ARROW.format("aware", "considering") + "effects = { trust = 1e300 }",
        5,
        "world.journey.arrows[0].effects.trust: 1e+300 is not allowed; give a number from -30 to 30",
    ),
]

NAMES = [
    (
        '[[plan.flights]]\nchannel = "televison"\nweekly = 5',
        2,
        "plan.flights[0].channel: there is no channel 'televison'; did you mean 'television'?",
    ),
    (
        '[[world.segments]]\nname = "young"',
        2,
        "world.segments[1].name: there is already a segment 'young'; give each its own name",
    ),
    (
        '[[world.brands]]\nname = ""',
        2,
        "world.brands[2].name: '' is not allowed; give the brand a name that can be seen",
    ),
    (
        '[[world.brands]]\nname = "  "',
        2,
        "world.brands[2].name: '  ' is not allowed; give the brand a name that can be seen",
    ),
    (
        '[[world.segments]]\nname = ""',
        2,
        "world.segments[1].name: '' is not allowed; give the segment a name that can be seen",
    ),
    (
        '[[world.channels]]\nname = " "',
        2,
        "world.channels[0].name: ' ' is not allowed; give the channel a name that can be seen",
    ),
    (
        '[[world.influencers]]\nname = " "',
        2,
        "world.influencers[1].name: ' ' is not allowed; give the influencer a name that can be seen",
    ),
    (
        '[[world.brands]]\nname = "New"\nfocal = true\n[[world.brands]]\nname = "Newer"\nfocal = true',
        6,
        "world.brands[3].focal: 'New' is already the focal brand; exactly one brand can be planned for",
    ),
    (
        '[[world.brands]]\nname = "New"\nknown = 0.1\nbuyers = 0.2',
        4,
        "world.brands[2].buyers: 0.2 is more than the 0.1 who know the brand; buyers know what they buy",
    ),
    (
        '[[world.brands]]\nname = "New"\nknown = 0.3\nbuyers = 0.1\nconsidering = 0.15\nintending = 0.1',
        5,
        "world.brands[2].considering: with `intending`, 0.25 are on the way; only 0.2 know the brand and are no buyers",
    ),
    (
        '[[world.brands]]\nname = "New"\nknown = 0.3\nintending = 0.1\n[world.journey]\ndefault = false\nstages = ['
        '{ name = "unaware", knows = false }, { name = "aware" }, { name = "customer", owns = true }]\narrows = ['
        '{ from = "unaware", to = "aware", rate = 0.1 }, { from = "aware", to = "customer", rate = 0.0, by = "purchase" }, '
        '{ from = "customer", to = "aware", rate = 0.1 }]',
        4,
        "world.brands[2].intending: the journey has no stage of people who do that and no more, so nobody can begin there",
    ),
    (
        FLIGHT + 'weekly = 5\nbrand = "Rival"',
        4,
        "plan.flights[0].brand: the plan is Nordlys's; put what 'Rival' does under world.flights",
    ),
    (
        RIVAL.replace("Rival", "Nordlys"),
        2,
        "world.flights[0].brand: 'Nordlys' is the focal brand; put what it does under plan.flights",
    ),
    (RIVAL.replace("Rival", "Rivall"), 2, "world.flights[0].brand: there is no brand 'Rivall'; did you mean 'Rival'?"),
    (
        RIVAL.replace('brand = "Rival"\n', ""),
        1,
        "world.flights[0].brand: is missing: say which rival; there is Rival",
    ),
    (FLIGHT, 1, "plan.flights[0]: give one of 'weekly' and 'total', not neither"),
    (FLIGHT + "weekly = 1\ntotal = 2", 1, "plan.flights[0]: give one of 'weekly' and 'total', not both"),
    (
        FLIGHT + 'weekly = 1\nsegments = ["yung"]',
        4,
        "plan.flights[0].segments: there is no segment 'yung'; did you mean 'young'?",
    ),
    (
        '[[plan.flights]]\nchannel = "display"\nweekly = 1\nstages = ["loyall"]',
        4,
        "plan.flights[0].stages: there is no stage 'loyall'; did you mean 'loyal'?",
    ),
    (
        FLIGHT + 'weekly = 1\nstages = ["loyal"]',
        4,
        "plan.flights[0].stages: 'television' cannot be targeted by stage; "
        "channels that can: paid_social, display, search",
    ),
    (
        FLIGHT + "weekly = 1\nlookalike = 0.5",
        4,
        "plan.flights[0].lookalike: 'television' cannot be targeted by lookalike; channels that can: online_video, "
        "paid_social, display",
    ),
    (
        FLIGHT + "weekly = 1\npulse = [0, 2]",
        4,
        "plan.flights[0].pulse: [0, 2] is not allowed; give 1 or more weeks on, 0 or more off",
    ),
    (
        FLIGHT + "weekly = 1\nto = 2026-02-01",
        4,
        "plan.flights[0].to: 2026-02-01 is after the last day, 2026-01-05 (day 364)",
    ),
    (
        FLIGHT + "weekly = 1\nfrom = 2024-02-01",
        4,
        "plan.flights[0].from: 2024-02-01 is before the first day, 2025-01-06 (day 0)",
    ),
    ("[[plan.promotions]]\nfrom = 9\nto = 3", 3, "plan.promotions[0].to: 3 is before 'from', 9"),
    (
        '[[world.segments]]\nname = "old"\nmedia = { television = 0.2, display = 0.1, radio = 0.5 }\n',
        3,
        "world.segments[1].media.radio: there is no channel 'radio'; there is television, online_video, paid_social, "
        "display, out_of_home, search",
    ),
    (
        '[[world.segments]]\nname = "old"\ntrust = { friend = 0.5 }',
        3,
        "world.segments[1].trust.friend: there is no source 'friend'; did you mean 'friends'?",
    ),
    (
        '[[world.segments]]\nname = "old"\n[world.segments.taste]\nRivall = 0.5',
        4,
        "world.segments[1].taste.Rivall: there is no brand 'Rivall'; did you mean 'Rival'?",
    ),
    (
        '[[world.influencers]]\nsegment = "yong"',
        2,
        "world.influencers[1].segment: there is no segment 'yong'; did you mean 'young'?",
    ),
    (
        "[world.market]\nconsumers = 100\n[world.peers]\ndegree = 400",
        4,
        "world.peers.degree: 400 is too many ties for 100 consumers; give at most 49.5, or more consumers",
    ),
    ("[[plan.sponsorships]]", 1, "plan.sponsorships[0]: give one of 'tier' and 'influencer', not neither"),
    (
        '[[plan.sponsorships]]\ntier = "mega"',
        2,
        "plan.sponsorships[0].tier: there is no influencer of tier 'mega'; world.influencers has micro",
    ),
    (
        '[[plan.sponsorships]]\ninfluencer = "Eda"',
        2,
        "plan.sponsorships[0].influencer: there is no influencer 'Eda'; did you mean 'Ada'?",
    ),
    (
        '[[world.events]]\nkind = "crisis"\non = 400',
        3,
        "world.events[0].on: day 400 is after the last day, 2026-01-05 (day 364)",
    ),
    (
        '[[world.events]]\nkind = "outage"\non = 4\nsize = 2',
        4,
        "world.events[0].size: 2 is not allowed; an outage loses a share, from 0 to 1",
    ),
    (
        '[[world.events]]\nkind = "set"\non = 4\nset = { "platform.viralty" = 0.1 }',
        4,
        "world.events[0].set.platform.viralty: 'viralty' is not a key of platform; did you mean 'virality'?",
    ),
    (
        '[[world.events]]\nkind = "set"\non = 4\nset = { "platform.virality" = 2 }',
        4,
        "world.events[0].set.platform.virality: 2 is not allowed; give a number from 0 to 1",
    ),
    (
        '[[world.events]]\nkind = "set"\non = 4\nset = { "word_of_mouth.negativity" = 0 }',
        4,
        "world.events[0].set.word_of_mouth.negativity: 0 is not allowed; give a number from 1 to 10 factor",
    ),
    (
        "[world.mechanisms.word_of_mouht]\nnegativity = 2",
        1,
        "world.mechanisms.word_of_mouht: there is no mechanism 'word_of_mouht'; did you mean 'word_of_mouth'?",
    ),
    (
        "[world.mechanisms.word_of_mouth]\nnegativty = 2",
        2,
        "world.mechanisms.word_of_mouth.negativty: 'negativty' is not a parameter of word_of_mouth; did you mean "
        "'negativity'?",
    ),
    (
        "[world.mechanisms]\nword_of_mouth = { negativity = 0.5 }",
        2,
        "world.mechanisms.word_of_mouth.negativity: 0.5 is not allowed; give a number from 1 to 10 factor",
    ),
    (
        "[world.mechanisms.word_of_mouth]\non = 1",
        2,
        "world.mechanisms.word_of_mouth.on: 1 is not allowed; give true or false",
    ),
]

JOURNEY = [
    (
        ARROW.format("aware", "loyl"),
        3,
        "world.journey.arrows[0].to: there is no stage 'loyl'; did you mean 'loyal'?",
    ),
    (
        ARROW.format("aware", "lapsed") * 2,
        5,
        "world.journey.arrows[1]: there is already an arrow aware>lapsed; give each pair of stages one",
    ),
    (
        ARROW.format("aware", "aware"),
        1,
        "world.journey.arrows[0]: leads from 'aware' to itself; an arrow joins two stages",
    ),
    (
        ARROW.format("considering", "loyal"),
        1,
        "world.journey.arrows[0].by: considering>loyal makes an owner, so it must say by = 'purchase'",
    ),
    (
        ARROW.format("aware", "lapsed") + 'by = "purchase"',
        5,
        "world.journey.arrows[0].by: aware>lapsed fires by purchase, but 'lapsed' does not own the brand",
    ),
    (
        ARROW.format("aware", "lapsed") + 'by = "message"',
        5,
        "world.journey.arrows[0].by: aware>lapsed fires by message, but people who do not know the brand learn its name by a "
        "message, and no more; leave 'by' out for a daily hazard",
    ),
    (
        ARROW.format("unaware", "aware") + 'by = "message"\neffects = { trust = 1.0 }',
        1,
        "world.journey.arrows[0]: unaware>aware fires by message, so it has a rate, but no effects and no scale",
    ),
    (
        ARROW.format("unaware", "lapsed") + 'by = "message"',
        1,
        "world.journey.arrows[0]: a message teaches the name by one arrow out of 'unaware'; there are more",
    ),
    (
        ARROW.format("aware", "lapsed") + "effects = { trsut = 1.0 }",
        5,
        "world.journey.arrows[0].effects.trsut: there is no covariate 'trsut'; did you mean 'trust'?",
    ),
    (
        ARROW.format("aware", "lapsed") + 'scale = "awarness"',
        5,
        "world.journey.arrows[0].scale: a hazard cannot be in proportion to 'awarness'; did you mean 'awareness'?",
    ),
    (
        '[[world.journey.stages]]\nname = "resting"\n' + ARROW.format("resting", "aware"),
        1,
        "world.journey.stages[0]: nobody can reach stage 'resting' from 'unaware'; add an arrow that leads there",
    ),
    (
        '[[world.journey.stages]]\nname = " "\n' + ARROW.format("aware", " ") + ARROW.format(" ", "aware"),
        2,
        "world.journey.stages[0].name: ' ' is not allowed; give the stage a name that can be seen",
    ),
    (
        '[[world.journey.stages]]\nname = "resting"\n' + ARROW.format("aware", "resting"),
        1,
        "world.journey.stages[0]: there is no way out of stage 'resting'; add an arrow that leaves it",
    ),
    (
        '[[world.journey.stages]]\nname = "trap"\n[[world.journey.stages]]\nname = "pit"\n'
        + ARROW.format("aware", "trap")
        + ARROW.format("trap", "pit")
        + ARROW.format("pit", "trap"),
        1,
        "world.journey.stages[0]: there is no way out of the stages 'trap', 'pit'; add an arrow from one of them to another "
        "stage",
    ),
    (
        '[world.journey]\nremove = ["aware>lost"]',
        2,
        "world.journey.remove[0]: there is no arrow 'aware>lost' to remove; did you mean 'aware>customer'?",
    ),
    (
        '[world.journey]\nremove = ["rejecting>aware"]',
        1,
        "world.journey: there is no way out of stage 'rejecting'; add an arrow that leaves it",
    ),
]
