"""The words of the synthetic sample: plain lists, written for it.

Lower case and without punctuation, as transcripts of spoken reviews are.
"""

from __future__ import annotations


def _words(text: str) -> tuple[str, ...]:
    """Return the words of a text; a hyphen stands for the space inside a phrase."""
    return tuple(word.replace("-", " ") for word in text.split())


POSITIVE = _words(
    """
    good great amazing awesome wonderful brilliant beautiful excellent fantastic superb perfect lovely charming
    hilarious funny clever smart gripping thrilling touching moving stunning gorgeous impressive delightful
    enjoyable entertaining fresh original witty warm sweet heartfelt powerful memorable outstanding solid
    satisfying exciting magical fun inspiring believable likable strong rich vivid graceful playful tender
    refreshing uplifting convincing rewarding dazzling joyful splendid neat decent pleasant
    """
)

NEGATIVE = _words(
    """
    bad terrible awful horrible boring dull stupid silly lame weak annoying cheesy predictable pointless
    confusing messy slow lazy flat bland forgettable disappointing painful ridiculous ugly cheap fake clumsy
    tedious dreadful pathetic hopeless shallow empty cold loud noisy tiresome stale wooden irritating sloppy
    unfunny unbearable depressing offensive childish generic hollow awkward dreary lifeless miserable poor
    overlong rushed tired unconvincing wretched mediocre
    """
)

NEUTRAL = _words(
    """
    long short old new american british french animated digital modern classic dark quiet early late second
    first final big small young different similar whole main famous independent foreign local recent typical
    usual normal average standard little common single double serious romantic musical historical rural urban
    silent tall blue red green black white grey wooly wide narrow plain
    """
)

NOUNS = _words(
    """
    movie film story plot script acting cast ending beginning opening music soundtrack score camera lighting
    direction director actor actress villain hero heroine sidekick dialogue humor jokes action scenes scene
    characters character costumes sets effects animation editing pacing romance chase fight battle twist
    mystery premise message theme tone mood atmosphere performance performances chemistry trailer sequel
    remake adaptation book franchise series picture production photography screenplay narration voice dancing
    singing comedy drama thriller horror western cartoon documentary finale middle climax setting scenery
    world design makeup wardrobe timing rhythm concept idea title credits poster narrator
    """
)

TOPICS = _words(
    """
    dragon submarine lighthouse circus orchestra detective pirate robot astronaut volcano carnival baker
    gardener sheriff wizard spy boxer surgeon pilot teacher librarian thief painter sailor puppet wolf bear
    horse parrot train airport hospital castle island desert jungle village harbor school prison museum
    theater hotel farm mountain river bridge tunnel wedding funeral election trial heist voyage rescue
    tournament invasion friendship family brother sister mother father daughter son uncle grandmother neighbor
    stranger twins king queen soldier nurse lawyer chef dancer ghost vampire alien monster clock letter map
    diamond violin balloon storm winter summer midnight
    """
)

PEOPLE = _words(
    """
    audience kids children parents friends people critics everybody everyone somebody teenagers fans viewers
    crowd adults couple guys girls
    """
)

INTENSIFIERS = _words("really very so pretty quite totally absolutely incredibly extremely truly super deeply utterly")

DOWNTONERS = _words("kind-of sort-of a-bit somewhat fairly slightly a-little rather almost mildly")

LIKING = _words(
    """
    loved enjoyed liked adored recommend admired appreciated praised cherished treasured applauded savored
    """
)

DISLIKING = _words(
    """
    hated disliked regretted despised endured resented loathed skipped mocked suffered dreaded avoided
    """
)

HAPPENING = _words(
    """
    watched saw noticed remember expected heard read rented bought followed discussed mentioned reviewed
    compared described finished started paused imagined wondered guessed checked counted
    """
)

FILLERS = _words("um uh like well basically actually honestly anyway okay yeah right literally obviously alright hmm")

OPENERS = _words(
    """
    i-think i-mean you-know i-guess i-would-say for-me in-my-opinion to-be-honest at-the-end-of-the-day
    from-what-i-remember as-far-as-i-know the-thing-is what-happens-is let-me-tell-you i-have-to-say
    on-the-other-hand at-first by-the-way so-far again
    """
)

JOINS = _words("and but so because although while then plus also however")

PLACES = _words(
    """
    in-the-theater at-home on-the-plane last-week on-tuesday yesterday with-my-cousin on-my-laptop
    at-a-festival this-weekend a-month-ago in-three-d on-television over-the-holidays in-the-evening
    for-two-hours in-the-first-half near-the-end around-the-middle after-the-credits
    """
)

CLOSERS = _words(
    """
    go-see-it give-it-a-try check-it-out thanks-for-watching that-is-it see-you-next-time leave-a-comment
    hope-that-helps more-reviews-soon talk-to-you-later
    """
)

LINKS = _words("was is seemed felt looked sounded turned-out stayed became remained")
