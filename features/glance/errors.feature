@glance
Feature: How Glance words a refusal
  Glance answers a refusal in the form that the client accepts: JSON, a page, or plain text. The words are the same.

  @op:glance.stores.detail
  Scenario Outline: A client that accepts "<accepts>"
    When I try to list the stores in detail, accepting "<accepts>"
    Then it is refused as forbidden, in the form "<form>", saying "You are not authorized to complete stores_info_detail action."

    Examples:
      | accepts               | form             |
      | application/json      | application/json |
      | text/html             | text/html        |
      | */*                   | text/html        |
      | text/plain            | text/plain       |
      | application/xml       | text/plain       |
      |                       | text/plain       |
      | text/html, text/plain | text/html        |
