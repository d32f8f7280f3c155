"""Names and nouns that are seldom said, for slots: people, places, dishes, tools, hobbies, jobs, plants.

Talk that is told beside a category of cues draws none of them, as nobody wrote down of which kind each is.
"""

from __future__ import annotations

from model.studio.grammar import listed

NAMES = listed("""
    Abigail, Adrian, Agnes, Ahmed, Aisha, Alastair, Alberto, Aldo, Alejandra, Alfie, Amara, Amir, Anders, Andrea,
    Angus, Anika, Anita, Anjali, Annabel, Anton, Antonia, Arjun, Arlene, Arnold, Arthur, Astrid, Audrey, Aurora, Axel,
    Barnaby, Beatrice, Belinda, Benedict, Bernard, Bettina, Bianca, Björn, Blanche, Boris, Brandon, Brenda, Brian,
    Bridget, Bruno, Callum, Camilla, Carlos, Carmen, Caroline, Casper, Cecily, Cedric, Celeste, Charlotte, Chiara,
    Chloe, Claudia, Clement, Colin, Conrad, Constance, Cora, Cordelia, Cyril, Dagmar, Daisy, Damian, Daphne, Darius,
    Deborah, Deirdre, Delia, Dennis, Derek, Dexter, Diego, Dimitri, Dolores, Dominic, Donna, Doris, Dorothy, Douglas,
    Duncan, Dylan, Edgar, Edith, Edmund, Eileen, Elaine, Eleanor, Elias, Elliott, Elsa, Elvira, Emil, Enrique, Erica,
    Ernest, Esme, Esther, Ethan, Eugene, Evelyn, Fabian, Farida, Fatima, Felicity, Felix, Ferdinand, Fergus, Flora,
    Florian, Frances, Freddie, Freya, Gabriel, Gareth, Gavin, Gemma, Geoffrey, Gerald, Gertrude, Gilbert, Gina,
    Giovanni, Gloria, Gordon, Graham, Greta, Gustav, Gwen, Hamish, Harold, Harriet, Harvey, Hazel, Hector, Heidi,
    Helena, Herbert, Hilda, Hiroshi, Holly, Horace, Hubert, Ibrahim, Ida, Igor, Imogen, Ines, Ingrid, Irene, Iris,
    Isaac, Ivan, Ivy, Jacob, Jamal, Jasmine, Jasper, Jerome, Jesse, Joachim, Joanna, Jocelyn, Joel, Jonas, Josephine,
    Joyce, Juan, Judith, Juliet, Justin, Karim, Katrina, Keiko, Keith, Kenji, Kirsten, Klaus, Kofi, Lars, Latika,
    Lawrence, Leila, Lena, Leonard, Leopold, Lester, Lillian, Linus, Lionel, Lisbeth, Lloyd, Lorenzo, Louise, Lucinda,
    Ludwig, Luis, Lydia, Mabel, Magda, Magnus, Malcolm, Manuel, Marcel, Margaret, Marius, Marlene, Marta, Martha,
    Mathilda, Maureen, Maurice, Mavis, Mei, Melanie, Melissa, Mercedes, Mikhail, Mildred, Millie, Milo, Mina, Miranda,
    Miriam, Mohammed, Moira, Mona, Monica, Morris, Muriel, Myrtle, Nadia, Naomi, Natasha, Neville, Ngozi, Niamh,
    Nigel, Nikolai, Noah, Nora, Norman, Odette, Olaf, Olga, Ophelia, Orla, Otto, Pablo, Pamela, Patrick, Pearl, Pedro,
    Penelope, Percy, Petra, Philippa, Phoebe, Pierre, Priya, Quentin, Quincy, Rafael, Rajesh, Ralph, Ramona, Raquel,
    Rashid, Raymond, Rebecca, Reginald, Renata, Ricardo, Rita, Roberta, Roderick, Rohan, Roland, Rosalind, Rowena,
    Ruby, Rufus, Rupert, Ruth, Sabine, Salma, Samira, Sandra, Santiago, Saskia, Sebastian, Selma, Sergio, Seth,
    Shannon, Sheila, Shirley, Sigrid, Silas, Simone, Sonia, Sophie, Stanley, Stella, Sven, Sylvia, Tabitha, Tamara,
    Tariq, Tatiana, Terence, Thelma, Theodore, Thora, Tiffany, Timothy, Tobias, Trevor, Trudy, Ulrike, Ursula,
    Valerie, Vanessa, Vera, Verity, Vikram, Vincent, Vivian, Vladimir, Walter, Wanda, Warren, Wilbur, Wilfred,
    Winifred, Xavier, Yasmin, Yolanda, Yuki, Yusuf, Yvonne, Zachary, Zara, Zelda, Zoe
""")
SURNAMES = listed("""
    Abernathy, Adler, Ainsworth, Alvarez, Anderson, Appleby, Armstrong, Ashworth, Bancroft, Banerjee, Barlow,
    Bartlett, Baxter, Beaumont, Bianchi, Blackwood, Blythe, Bradshaw, Brennan, Brookes, Buckley, Burgess, Calloway,
    Cartwright, Castillo, Chandra, Chatterjee, Clayton, Cochrane, Connolly, Costa, Crawford, Cunningham, Dalton,
    Davenport, Delaney, Desai, Donnelly, Driscoll, Dubois, Eastwood, Eriksson, Fairfax, Ferguson, Fernandez,
    Fitzgerald, Fletcher, Fontaine, Forsyth, Fraser, Gallagher, Garrison, Gibson, Goldberg, Gonzalez, Gupta, Haddad,
    Hargreaves, Hastings, Hawthorne, Henderson, Hoffmann, Holloway, Huang, Ibsen, Jankowski, Jansen, Jefferson,
    Kaminski, Kapoor, Kavanagh, Keller, Kendrick, Kimura, Kowalski, Lancaster, Larsen, Leblanc, Lindqvist, Lockwood,
    Lombardi, MacDonald, Maddox, Mahoney, Marchetti, Martinez, McBride, McCarthy, Mendoza, Middleton, Montague,
    Moretti, Nakamura, Novak, Nguyen, Oakley, Okafor, Olsen, Osborne, Patel, Pemberton, Petrov, Pickering, Prescott,
    Quigley, Rahman, Ramirez, Redmond, Rosenberg, Rossi, Rutherford, Sanchez, Saunders, Schneider, Schwartz, Sinclair,
    Sokolov, Stanton, Stevenson, Sutherland, Suzuki, Tanaka, Thornton, Townsend, Underwood, Vasquez, Vaughan,
    Wainwright, Wallace, Weatherby, Whitaker, Winslow, Woodward, Yamamoto, Yates, Zhang, Zimmermann
""")
PLACES = listed("""
    Aberdeen, Accra, Adelaide, Albany, Algiers, Alice Springs, Anchorage, Antwerp, Aspen, Auckland, Austin, Avignon,
    Baden, Baghdad, Bali, Baltimore, Bangalore, Bari, Basel, Bath, Beirut, Belfast, Belgrade, Bergen, Bern, Bilbao,
    Birmingham, Bogota, Bologna, Bonn, Bordeaux, Boulder, Bournemouth, Bradford, Brasilia, Bratislava, Bremen, Brest,
    Brighton, Brisbane, Bristol, Bruges, Brunswick, Bucharest, Buffalo, Burlington, Cairns, Calais, Calgary,
    Cambridge, Canberra, Cannes, Canterbury, Cape Town, Caracas, Cardiff, Carlisle, Casablanca, Charleston, Chelsea,
    Chester, Chichester, Christchurch, Cincinnati, Cleveland, Cologne, Colombo, Columbus, Cordoba, Cork, Cornwall,
    Corsica, Coventry, Crete, Cusco, Dakar, Damascus, Darlington, Dar es Salaam, Davos, Derby, Detroit, Devon, Dhaka,
    Dijon, Doncaster, Dortmund, Dover, Dresden, Dubai, Dubrovnik, Dundee, Durban, Durham, Düsseldorf, Eindhoven,
    Essen, Exeter, Falmouth, Fargo, Flagstaff, Frankfurt, Freiburg, Fresno, Galway, Gdansk, Genoa, Ghent, Gibraltar,
    Gothenburg, Granada, Graz, Grenoble, Groningen, Guadalajara, Hanoi, Harrogate, Hastings, Hobart, Honolulu, Hull,
    Ibiza, Innsbruck, Inverness, Ipswich, Islamabad, Izmir, Jakarta, Jerusalem, Johannesburg, Juneau, Kabul,
    Kathmandu, Kendal, Kent, Kiev, Kilkenny, Kingston, Knoxville, Krakow, Kyoto, Lagos, Lancaster, Las Vegas,
    Lausanne, Leeds, Leicester, Leipzig, Limerick, Lincoln, Linz, Little Rock, Lodz, Louisville, Lucerne, Luxembourg,
    Lyon, Madeira, Madison, Mainz, Malaga, Malta, Manchester, Manila, Marrakesh, Marseille, Memphis, Milwaukee,
    Minneapolis, Modena, Monaco, Monterey, Montpellier, Nantes, Naples, Nashville, New Orleans, New York, Newcastle,
    Newport, Nice, Norwich, Nottingham, Nuremberg, Oakland, Odessa, Omaha, Orlando, Osaka, Ottawa, Oxford, Padua,
    Palermo, Panama, Perth, Perugia, Philadelphia, Phoenix, Pisa, Pittsburgh, Plymouth, Porto, Portland, Portsmouth,
    Pretoria, Quebec, Quito, Ravenna, Reading, Reno, Reykjavik, Rhodes, Richmond, Riga, Rochester, Rotterdam,
    Sacramento, Salamanca, Salisbury, Salzburg, San Diego, San Francisco, Santa Fe, Santiago, Sarajevo, Sardinia,
    Savannah, Sheffield, Sicily, Sienna, Sofia, Southampton, Split, Stirling, Strasbourg, Stuttgart, Swansea,
    Syracuse, Taipei, Tallinn, Tampa, Tehran, Tenerife, The Hague, Toledo, Toulouse, Trieste, Tucson, Tunis, Turin,
    Utrecht, Valencia, Verona, Vilnius, Warwick, Washington, Wellington, Whitby, Wichita, Winchester, Windsor,
    Winnipeg, Worcester, York, Zagreb
""")
DISHES = listed("""
    apple crumble, apricot jam, asparagus, avocado toast, baked beans, baked potatoes, banana bread, barley soup, beef
    stew, beetroot salad, biscuits, blackberry pie, borscht, bread pudding, brisket, bruschetta, brussels sprouts,
    burritos, butter chicken, buttermilk scones, caramel, carrot cake, casserole, cauliflower cheese, ceviche, chai,
    cheesecake, chickpea curry, chili, chowder, chutney, ciabatta, clam soup, coleslaw, corn bread, cottage pie,
    couscous, cranberry sauce, crepes, croissants, crumpets, custard tart, dal, date loaf, dill sauce, doughnuts,
    dumplings, eggplant, enchiladas, falafel, fennel salad, fish and chips, fish cakes, flapjacks, flatbread,
    focaccia, fondue, french toast, fried rice, frittata, fruit salad, fudge, gazpacho, ginger biscuits, gingerbread,
    gnocchi, goat cheese tart, goulash, granola, guacamole, gumbo, haggis, halloumi, hash browns, hot chocolate,
    hummus, hot cross buns, ice cream, jambalaya, jelly, kebabs, kimchi, kippers, lamb chops, leek soup, lemon curd,
    lemon drizzle cake, lentil stew, liquorice, lobster rolls, macaroni, macaroons, marmalade, mashed potatoes,
    meatballs, meatloaf, meringues, mince pies, minestrone, miso soup, moussaka, mozzarella, mulled wine, mussels,
    mustard, nachos, naan, oatmeal, okra, olives, onion rings, onion tart, oxtail, paella, panna cotta, parsnips,
    pastries, pea soup, peanut brittle, pesto, pierogi, pilaf, pita bread, plum tart, polenta, pomegranates, pork
    ribs, pot roast, potato gratin, pretzels, profiteroles, pulled pork, pumpkin soup, quiche, quinoa, radishes,
    ramen, ratatouille, ravioli, red cabbage, rhubarb crumble, rice pudding, risotto, roast beef, roast chicken, rye
    bread, samosas, sauerkraut, sausage rolls, scones, scrambled eggs, seafood pasta, seaweed, shepherd's pie,
    shortbread, smoked salmon, soda bread, sorbet, souffle, sourdough, spaghetti, spare ribs, spring rolls, squash
    soup, stir fry, strudel, stuffed cabbage, sushi, sweet potatoes, tabbouleh, tagine, tamales, tapas, tapioca,
    teriyaki, tiramisu, toffee, tofu, tomato sauce, tortillas, trifle, truffles, turnips, vegetable broth,
    vinaigrette, waffles, watercress, Welsh rarebit, wontons, yams, yorkshire pudding, ziti, zucchini bread
""")
TOOLS = listed("""
    angle grinder, apron, axe, ballpoint pen, bandage, bath mat, bicycle pump, binoculars, bolt cutter, bookend,
    bottle opener, bread maker, broom, bunsen burner, cable ties, cake tin, calculator, can opener, caulking gun,
    ceiling fan, chainsaw, cheese board, circular saw, clamp, clipboard, clothes line, coat hanger, coffee grinder,
    crock pot, curtain rail, cutting board, deck chair, dehumidifier, desk lamp, doorbell, doormat, drain plug, drill
    bit, dustpan, duvet, ear plugs, extension lead, eyedropper, file cabinet, fire extinguisher, first aid kit,
    fishing rod, flask, flower pot, food processor, fuse, garden hose, garlic press, glue gun, goggles, griddle,
    guitar strings, hacksaw, hair dryer, hand mixer, hedge trimmer, hinge, hole punch, hot water bottle, ice tray,
    incense, ironing board, jigsaw, juicer, key ring, kneeling pad, label maker, laundry basket, lawn mower, leaf
    blower, letter opener, light bulb, lint roller, lunch box, magnifying glass, mallet, measuring tape, meat
    thermometer, memory stick, microphone, microscope, mortar, mousetrap, muffin tray, music stand, nail file,
    nutcracker, oven glove, padlock, paint roller, paper clips, paper shredder, pastry brush, peeler, picture frame,
    pillow case, pizza stone, planer, plunger, pocket knife, potting bench, power bank, pressure cooker, projector,
    pruning shears, rake, razor, rice cooker, rolling pin, router, rucksack, safety pin, salad spinner, salt shaker,
    sander, sandpaper, scanner, secateurs, sewing kit, sewing machine, shoe rack, shovel, shower curtain, sieve,
    skillet, sleeping bag, slow cooker, smoke detector, snow shovel, socket set, soldering iron, spade, spirit level,
    sponge, stapler, staple gun, steamer, step stool, stopwatch, strainer, straw hat, sun shade, tape measure, tea
    strainer, teapot, tennis racket, thermometer, thermos, tin opener, toolbox, toothbrush, torch, tripod, trowel,
    tweezers, vacuum cleaner, vase, vice, waffle iron, wall clock, washing line, watering can, wax paper, webcam,
    wheelbarrow, window cleaner, wine rack, wok, wrapping paper, yoga mat
""")
HOBBIES = listed("""
    archery, astronomy, baking, ballroom dancing, basket weaving, beekeeping, bird watching, board games,
    bodybuilding, bonsai, bookbinding, bowling, bread making, brewing, bridge, calligraphy, camping, caving, ceramics,
    chess, choir singing, climbing, coin collecting, creative writing, crochet, crosswords, curling, dressmaking,
    embroidery, fencing, fishing, flower arranging, fly fishing, folk dancing, fossil hunting, gardening, genealogy,
    geocaching, glass blowing, go karting, gymnastics, hiking, horse riding, ice skating, improv, jewellery making,
    jogging, judo, juggling, karate, kayaking, kite flying, knitting, lace making, lawn bowls, leather work, lino
    printing, magic tricks, marathon running, meditation, metal detecting, model railways, model ships, mountain
    biking, mushroom picking, netball, oil painting, opera, orienteering, origami, paddle boarding, paintball,
    papermaking, parkour, photography, pilates, poetry, pool, pottery, quilting, quizzing, rock climbing, roller
    skating, rugby, salsa dancing, scrapbooking, scuba diving, sewing, sketching, skateboarding, ski jumping, snooker,
    snorkelling, soap making, spinning wool, squash, stamp collecting, stand up comedy, star gazing, sudoku, table
    tennis, tai chi, tap dancing, taxidermy, theatre, trampolining, upholstery, ventriloquism, vintage cars,
    wakeboarding, water polo, watercolours, whittling, wildlife photography, wine tasting, woodwork, yoga, zumba
""")
JOBS = listed("""
    accountant, actuary, acupuncturist, air traffic controller, ambulance driver, animator, anthropologist, antiques
    dealer, archaeologist, architect, astronaut, auctioneer, auditor, babysitter, bank manager, barista, bartender,
    beautician, biologist, blacksmith, boat builder, bookkeeper, botanist, bricklayer, bus driver, cabinet maker,
    camera operator, caretaker, cartoonist, cashier, caterer, chauffeur, chemist, childminder, chimney sweep,
    chiropractor, choreographer, civil engineer, cleaner, clerk, coach, cobbler, comedian, composer, conductor,
    consultant, coroner, courier, croupier, curator, dancer, data scientist, decorator, dermatologist, detective,
    dietician, diplomat, dog walker, double glazing man, driving instructor, drummer, ecologist, economist, editor,
    electrician, estate agent, event planner, eye doctor, farrier, fashion designer, financial adviser, firefighter,
    fisherman, fishmonger, flight attendant, floor layer, florist, furniture maker, game designer, gas engineer,
    geologist, glazier, goldsmith, grocer, guidance counsellor, hairdresser, head teacher, historian, hotel manager,
    house sitter, hypnotist, illustrator, immigration lawyer, insurance agent, interior designer, interpreter,
    janitor, jeweller, jockey, joiner, kindergarten teacher, landlady, landscape gardener, lecturer, letting agent,
    life coach, lifeguard, literary agent, lobbyist, locksmith, make-up artist, marine biologist, massage therapist,
    mathematician, mayor, mechanic, midwife, miner, music teacher, nanny, neurologist, notary, novelist, nutritionist,
    optician, osteopath, paediatrician, paramedic, park ranger, pastry chef, personal trainer, pharmacist,
    philosopher, photographer, physicist, physiotherapist, piano tuner, plasterer, podiatrist, poet, police officer,
    politician, porter, postman, potter, printer, probation officer, producer, professor, programmer, proofreader,
    psychiatrist, psychologist, publisher, puppeteer, radiologist, receptionist, recruiter, referee, removal man,
    reporter, researcher, roofer, sailor, school nurse, scout leader, sculptor, seamstress, secretary, security guard,
    shepherd, shop assistant, social worker, solicitor, sound engineer, speech therapist, stage manager, statistician,
    stockbroker, stonemason, stuntman, supervisor, surgeon, surveyor, swimming teacher, tattoo artist, tax adviser,
    taxi driver, technician, therapist, tiler, tour guide, town planner, toymaker, train driver, translator, travel
    agent, treasurer, tree surgeon, truck driver, tutor, undertaker, usher, vet, vicar, violin maker, watchmaker,
    weather presenter, web designer, wedding planner, welder, window cleaner, wine merchant, writer, zookeeper
""")
PLANTS = listed("""
    aloe vera, anemones, apple trees, asters, azaleas, bamboo, basil, begonias, bluebells, box hedge, bulbs, busy
    lizzies, camellias, chives, chrysanthemums, clematis, climbing rose, coriander, cornflowers, courgettes, crocuses,
    cyclamen, daffodils, dahlias, delphiniums, dill, echinacea, ferns, fig tree, forget me nots, foxgloves, freesias,
    fuchsias, gardenias, geraniums, gladioli, grapevine, hanging baskets, heather, hibiscus, hollyhocks, honeysuckle,
    hostas, house plants, hyacinths, hydrangeas, irises, ivy, jasmine, kale, larkspur, lavender, leeks, lemon tree,
    lilac, lilies, lobelia, lupins, magnolia, marigolds, mint, money plant, nasturtiums, olive tree, orchids, oregano,
    palm, pansies, parsley, peonies, petunias, poinsettia, poppies, potted palms, primroses, radishes, raspberry
    canes, rhododendrons, rhubarb, rosemary, rubber plant, runner beans, sage, seedlings, snapdragons, snowdrops,
    spider plant, spring onions, strawberry plants, succulents, sunflowers, sweet peas, thyme, tomato plants, tulips,
    vegetable patch, verbena, veronica, wallflowers, water lilies, window boxes, wisteria, yucca, zinnias
""")
