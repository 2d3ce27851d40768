/**
 * The words of the safety code: one for each value of a byte. Our own list. Plain things that everybody can say, none alike
 * in sound or spelling, and none that frightens; a test holds that.
 */

export const SAFETY_WORDS = `
acorn almond anchor apple apron artist atlas autumn bagel ballet bamboo banana banjo beacon bicycle blossom bonnet
bottle bowl branch breeze bridge broom bubble bucket butter cabin cactus candle canyon captain carpet cedar chalk
cheese cherry chicken chimney circle citrus cloud clover coast coconut coffee compass copper coral cotton crown
crystal cupboard daisy diamond dinner dolphin donkey dragon drawer dress drum eagle echo elbow elephant emerald engine
evening fabric falcon farmer feather fence fiddle field fish flag forest fountain fruit galaxy gallery garden garlic
giant giraffe glacier globe gold gorilla gravel guitar hammock hamster harbor harp harvest hedgehog helmet hippo holly
horizon horse iceberg igloo iguana iris island ivory jaguar jasmine jewel jigsaw jungle kangaroo kayak keyboard kitten
kiwi koala ladder lake lantern lavender lemon library lilac lizard llama lollipop lunch magnet magpie mammoth marble
meadow meatball melody mirror morning mosaic motor muffin museum mushroom mustard napkin needle nickel notebook nugget
oasis oatmeal ocean octopus olive onion orange orchid oyster paint palace palm pancake paper parrot pasta peach
pelican pencil penguin penny perfume picnic pigeon pillow planet postcard potato pretzel pumpkin puppet purple quarry
rabbit radish rainbow raisin rhubarb ribbon rope sailor salad sandal sapphire sawdust scarf school scooter seagull
shampoo shirt shovel silver skate smile snowman sofa spider sponge spring sprout square squirrel stable stamp station
stork stream sugar suitcase summer sunlight sunset swan tadpole teapot tennis timber tower tractor train triangle
trumpet tugboat tunnel turkey turnip umbrella unicorn vacuum vanilla village vine violet volcano waffle walnut wheel
whisker window workshop yacht yogurt zebra zigzag
`
  .trim()
  .split(/\s/);
