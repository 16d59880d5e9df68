"""The questions as who has SQL alone would ask them, in words that SQLite and DuckDB share unless the name says one."""

SALES = "kind = 'sale' AND contact_id IS NOT NULL"

LAST_AND_SPAN = f"""
SELECT contact_id, count(DISTINCT purchased_on), min(purchased_on), max(purchased_on) AS last, sum(amount)
FROM purchases WHERE {SALES} GROUP BY contact_id ORDER BY last LIMIT 50"""

REVENUE_BY_MONTH = """
SELECT date_trunc('month', purchased_on) AS month, contact_id IS NOT NULL AS attributed,
    count(DISTINCT contact_id) FILTER (kind = 'sale'), count(*) FILTER (kind = 'sale'),
    sum(amount) FILTER (kind = 'sale'), sum(amount) FILTER (kind = 'refund')
FROM purchases WHERE purchased_on BETWEEN DATE '2024-07-01' AND DATE '2026-06-30' GROUP BY ALL"""
"""DuckDB's."""

RFM = f"""
WITH each AS (
    SELECT contact_id, max(purchased_on) AS last, count(*) AS sales, sum(amount) AS revenue
    FROM purchases WHERE {SALES} AND purchased_on <= DATE '2026-07-01' GROUP BY contact_id
), scored AS (
    SELECT ntile(5) OVER (ORDER BY last, contact_id) AS r, ntile(5) OVER (ORDER BY sales, contact_id) AS f,
        ntile(5) OVER (ORDER BY revenue, contact_id) AS m, last, sales, revenue
    FROM each
)
SELECT r, f, m, count(*), sum(revenue), min(last), max(last), min(sales), max(sales) FROM scored GROUP BY r, f, m"""
"""DuckDB's."""

_BOUGHT = f"bought AS (SELECT contact_id, purchased_on AS day FROM purchases WHERE {SALES})"
_FIRSTS = f"{_BOUGHT}, firsts AS (SELECT contact_id, min(day) AS first FROM bought GROUP BY contact_id)"
RETENTION = (
    f"""WITH {_FIRSTS}
SELECT date_trunc('month', first) AS cohort, datediff('month', first, day) AS period, count(DISTINCT contact_id)
FROM bought JOIN firsts USING (contact_id) GROUP BY ALL""",
    f"""WITH {_FIRSTS}, again AS (
    SELECT contact_id, first, min(day) FILTER (day > first) AS second FROM bought JOIN firsts USING (contact_id)
    GROUP BY ALL)
SELECT count(*), count(second), count(*) FILTER (second - first <= 30), count(*) FILTER (second - first <= 90),
    count(*) FILTER (second - first <= 365) FROM again""",
    f"""WITH year AS (
    SELECT contact_id, min(purchased_on) AS since, max(purchased_on) AS until,
        sum(amount) FILTER (purchased_on > DATE '2025-07-01') AS revenue
    FROM purchases WHERE {SALES} AND purchased_on > DATE '2024-07-01' GROUP BY contact_id)
SELECT count(*) FILTER (since <= DATE '2025-07-01'), count(*) FILTER (until > DATE '2025-07-01'),
    sum(revenue) FILTER (since <= DATE '2025-07-01') FROM year""",
)
"""DuckDB's: the cohorts, who came back, the year."""
