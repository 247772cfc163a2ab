"""The one statement that resolves prices of N variants for one buyer at one moment.

Its first row holds what is the same for all goods (lists in force, rules that concern the buyer, policy) as JSON; every
other row is a variant: the place of its list, the tiers of it, the places of the rules about it, its floor price.
"""

from __future__ import annotations

# The lists in force, each at its best place: those in the buyer's currency first, then agreement, customer, group,
# segment, everybody. Lists in other currencies have a place when there is a rate. The list of a framework agreement
# comes before all, in its own currency only, and not when prices are asked for as they are without agreements.
_LISTS = """
given AS (
    SELECT l.id, l.name, l.currency, l.is_net, a.priority, l.agreement_id,
           CASE WHEN l.agreement_id IS NOT NULL THEN -1 WHEN l.is_agreement THEN 0
                WHEN a.customer_id IS NOT NULL THEN 1 WHEN a.group_id IS NOT NULL THEN 2
                WHEN a.segment_id IS NOT NULL THEN 3 ELSE 4 END AS level
      FROM pricing_pricelistassignment a JOIN pricing_pricelist l ON l.id = a.price_list_id
     WHERE (a.customer_id = %(customer)s OR a.group_id = %(group)s OR a.segment_id = ANY(%(segments)s::uuid[])
            OR a.customer_id IS NULL AND a.group_id IS NULL AND a.segment_id IS NULL)
       AND a.valid_from <= %(at)s AND (a.valid_to IS NULL OR a.valid_to > %(at)s)
       AND (l.valid_from IS NULL OR l.valid_from <= %(at)s) AND (l.valid_to IS NULL OR l.valid_to > %(at)s)
       AND (l.agreement_id IS NULL OR l.currency = %(currency)s AND NOT %(usual)s)
    UNION ALL
    SELECT id, name, currency, is_net, 0, NULL::uuid, 5 FROM pricing_pricelist
     WHERE is_base AND (valid_from IS NULL OR valid_from <= %(at)s) AND (valid_to IS NULL OR valid_to > %(at)s)
), once AS (
    SELECT DISTINCT ON (id) * FROM given ORDER BY id, level, priority
), rates AS (
    SELECT DISTINCT ON (source) source, rate, valid_from FROM pricing_exchangerate
     WHERE target = %(currency)s AND valid_from <= %(at)s AND (valid_to IS NULL OR valid_to > %(at)s)
     ORDER BY source, valid_from DESC
), lists AS MATERIALIZED (
    SELECT o.id, o.name, o.currency, o.is_net, greatest(least(o.level, 4), 0) AS level, o.agreement_id,
           coalesce(r.rate, 1) AS rate, r.valid_from AS rate_since,
           row_number() OVER (ORDER BY o.currency <> %(currency)s, o.level, o.priority, o.id)::int AS place
      FROM once o LEFT JOIN rates r ON r.source = o.currency AND o.currency <> %(currency)s
     WHERE o.currency = %(currency)s OR r.rate IS NOT NULL
)"""

# The rules that concern the buyer; which goods they are about, and the thresholds of a line, come later.
_RULES = """
volume AS MATERIALIZED (
    SELECT coalesce(sum(net_amount), 0) AS amount FROM pricing_volumeentry
     WHERE customer_id = %(customer)s AND currency = %(currency)s AND at >= %(year)s AND at < %(at)s
), rules AS MATERIALIZED (
    SELECT r.*, row_number() OVER (ORDER BY r.position, r.key)::int AS place FROM pricing_discountrule r
     WHERE r.valid_from <= %(at)s AND (r.valid_to IS NULL OR r.valid_to > %(at)s)
       AND (r.customer_id IS NULL OR r.customer_id = %(customer)s)
       AND (r.group_id IS NULL OR r.group_id = %(group)s)
       AND (r.segment_id IS NULL OR r.segment_id = ANY(%(segments)s::uuid[]))
       AND (r.amount IS NULL AND r.min_amount IS NULL AND r.min_year_amount IS NULL OR r.currency = %(currency)s)
       AND (r.min_years IS NULL OR r.min_years <= %(years)s)
       AND (r.min_year_amount IS NULL OR r.min_year_amount <= (SELECT amount FROM volume))
), policy AS (
    SELECT stacking, max_discount_rate FROM pricing_pricingpolicy
     WHERE valid_from <= %(at)s AND (valid_to IS NULL OR valid_to > %(at)s) ORDER BY valid_from DESC LIMIT 1
)"""

_TERMS = """jsonb_build_object(
    'policy', (SELECT jsonb_build_array(stacking, max_discount_rate::text) FROM policy),
    'lists', (
        SELECT jsonb_agg(jsonb_build_array(id, name, level, is_net, currency, rate::text, rate_since, agreement_id)
                         ORDER BY place)
          FROM lists),
    'rules', (
        SELECT jsonb_agg(jsonb_build_array(id, name, rate::text, amount::text, min_quantity::text, min_amount::text)
                         ORDER BY place)
          FROM rules),
    'has_floors', EXISTS (SELECT FROM rules) AND EXISTS (SELECT FROM pricing_variantcost WHERE floor_price IS NOT NULL)
)"""

# Of each variant the valid prices in the first list that has one. Where validities overlap a tier comes more than once,
# the one that started last first. One look at the index for each list and one for the tiers: a join reads all prices.
_PRICES = """
asked AS MATERIALIZED (
    SELECT id FROM unnest(%(variants)s::uuid[]) AS a(id)
), tiers AS (
    SELECT a.id AS variant_id, f.place, f.is_net, t.minima, t.prices
      FROM asked a
      CROSS JOIN LATERAL (
        SELECT l.id, l.place, l.rate, l.is_net FROM lists l
         WHERE EXISTS (
            SELECT FROM pricing_price p WHERE p.variant_id = a.id AND p.price_list_id = l.id
               AND p.valid_from <= %(at)s AND (p.valid_to IS NULL OR p.valid_to > %(at)s))
         ORDER BY l.place LIMIT 1
      ) AS f
      CROSS JOIN LATERAL (
        SELECT array_agg(p.min_quantity ORDER BY p.min_quantity, p.valid_from DESC, p.id DESC) AS minima,
               array_agg(p.unit_price * f.rate ORDER BY p.min_quantity, p.valid_from DESC, p.id DESC) AS prices
          FROM pricing_price p WHERE p.variant_id = a.id AND p.price_list_id = f.id
           AND p.valid_from <= %(at)s AND (p.valid_to IS NULL OR p.valid_to > %(at)s)
      ) AS t
)"""

# Rules are matched by equality, each kind for itself, and goods are looked up only when a rule needs it.
_MATCHES = """
goods AS MATERIALIZED (
    SELECT v.id, v.product_id, p.family_id, p.brand_id
      FROM asked a JOIN catalog_variant v ON v.id = a.id JOIN catalog_product p ON p.id = v.product_id
     WHERE (SELECT bool_or(num_nonnulls(product_id, family_id, brand_id) > 0) FROM rules)
), matches AS (
    SELECT variant_id, array_agg(place ORDER BY place) AS places FROM (
        SELECT a.id AS variant_id, r.place FROM rules r JOIN asked a ON a.id = r.variant_id
        UNION ALL SELECT g.id, r.place FROM rules r JOIN goods g ON g.product_id = r.product_id
        UNION ALL SELECT g.id, r.place FROM rules r JOIN goods g ON g.family_id = r.family_id
        UNION ALL SELECT g.id, r.place FROM rules r JOIN goods g ON g.brand_id = r.brand_id
    ) AS each_match GROUP BY variant_id
), everywhere AS (
    SELECT array_agg(place ORDER BY place) AS places FROM rules
     WHERE num_nonnulls(variant_id, product_id, family_id, brand_id) = 0
), floors AS (
    SELECT c.variant_id, max(c.floor_price) AS floor FROM asked a JOIN pricing_variantcost c ON c.variant_id = a.id
     WHERE c.currency = %(currency)s AND c.valid_from <= %(at)s AND (c.valid_to IS NULL OR c.valid_to > %(at)s)
       AND EXISTS (SELECT FROM rules)
     GROUP BY c.variant_id
)"""

# The goods that rules are about, in the words of an index.
_TARGETS = """(
    SELECT jsonb_agg(CASE WHEN r.variant_id IS NOT NULL THEN jsonb_build_array('pk', r.variant_id)
                          WHEN r.product_id IS NOT NULL THEN jsonb_build_array('product', r.product_id)
                          WHEN r.family_id IS NOT NULL THEN jsonb_build_array('family', f.code)
                          WHEN r.brand_id IS NOT NULL THEN jsonb_build_array('brand', b.name) END ORDER BY r.place)
      FROM rules r LEFT JOIN catalog_family f ON f.id = r.family_id LEFT JOIN catalog_brand b ON b.id = r.brand_id
)"""

TERMS = f"WITH {_LISTS},{_RULES} SELECT {_TERMS}, {_TARGETS}"

PRICES = f"""
WITH {_LISTS},{_RULES},{_PRICES},{_MATCHES}
SELECT NULL::uuid AS variant_id, NULL::int, NULL::numeric[], NULL::numeric[], NULL::int[], NULL::numeric, {_TERMS}
UNION ALL
SELECT t.variant_id, t.place, t.minima, t.prices,
       CASE WHEN NOT t.is_net THEN coalesce(m.places, '{{}}') || coalesce(e.places, '{{}}') END, f.floor, NULL
  FROM tiers t CROSS JOIN everywhere e
  LEFT JOIN matches m ON m.variant_id = t.variant_id
  LEFT JOIN floors f ON f.variant_id = t.variant_id
 ORDER BY variant_id NULLS FIRST
"""  # noqa: S608  # constants only
