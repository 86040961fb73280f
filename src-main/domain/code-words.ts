/** 512 short English words for codes that people read out and type in: lower case, 3 to 8 letters, none twice. 9 bits each. */
export const CODE_WORDS: readonly string[] = `
  able acid acorn actor adapt agile album alert alley amber amend ample angle ankle apple april apron arch arena armor
  arrow aspen atlas attic audio autumn award axis bacon badge bagel baker bamboo banjo barn basil basin beach beacon
  bench berry birch bison blank blaze blend bloom board bonus book boot borrow bottle brave bread brick bridge brisk
  broom brush bubble bucket budget buffet bundle button cabin cable cactus camel camera canal candle canoe canvas
  canyon carbon cargo carpet carrot castle cedar cello cement chair chalk charm cherry chess chief chorus cider cinema
  circle citrus clay clever cliff clock cloud clover coast cobalt cocoa coffee comet copper coral corner cotton couch
  cousin cradle crane crater crayon cricket crisp crown crystal cube cupid curve cycle daily dairy daisy dance dawn
  decade delta denim desert detail dinner dolphin domino donkey dragon drama dream drift drum dune dusk eager eagle
  earth easel echo edit eight elbow elder elegant ember emerald engine enjoy equal escort essay ethics evening exact
  exotic expert fabric falcon family fancy farmer feather fennel ferry festival fiber fiddle field figure filter finch
  flag flame flannel flute foam forest fossil fountain fox frame fresh frost fruit fudge gadget galaxy gallon garden
  garlic gather gecko genius gentle giant ginger glacier glass glide globe glove gold gopher grain granite grape
  gravel green grove guest guitar gulf habit hammer harbor harvest hazel heart hedge helmet herald heron hinge hobby
  hollow honey hoof horizon hotel house humble hunter husky hybrid icon igloo image impact index indigo ink inlet
  insect iris island ivory jacket jaguar jasmine jelly jewel jigsaw jogger journal judge juice jumbo jungle junior
  jury kayak kennel kernel kettle kindle king kiosk kitchen kite kiwi knight koala label ladder lagoon lake lamp
  lantern laptop larch laser latch laurel lava lawn layer leaf lemon lentil letter level library lilac limber linen
  liquid lizard lobby local lotus loyal lucky lunar lunch magnet major mango manor maple marble margin market marsh
  mason matrix meadow medal melody melon member mentor meteor middle mimosa mineral mint mirror mobile modest mosaic
  motor mountain muffin museum music mustard napkin narrow nation native nature nectar needle nephew nest neutral
  nickel noble noodle north notion novel number nutmeg nylon oasis oboe ocean octave olive omega onion opal opera
  orange orbit orchid otter oval oxygen oyster paddle palace panda panel papaya paper parade parcel parrot pasta patio
  pebble pecan pelican pencil pepper petal phoenix piano picnic pigeon pilot pine pioneer pixel planet plaza plum
  pocket poem polar pony poplar portal potato prairie prism puddle pulse pumpkin puzzle quail quartz queen quiet quilt
  quiver quota rabbit radar radio raft rain ranch raven recipe reef relay remedy ribbon ridge river robin rocket roof
  rose rotor ruby rustic saddle salad salmon sandal satin scarf school scooter season sesame shadow shelf shore signal
  silver siren skate sketch slate slope smile snow socket sofa solar sonnet spark sphere spice spruce squash stable
  statue stone storm studio sugar summit sunset swan syrup table talent tango tempo temple thistle thunder tiger
  timber topaz tower tractor trumpet tulip tundra turtle velvet violin walnut willow
`
  .trim()
  .split(/\s+/);
