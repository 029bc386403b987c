@glance
Feature: Discovering the stores
  Whoever may use images may know where they can go: the stores that Glance is configured with, in the order of its
  configuration. What kind of store each one is, is for administrators.

  Background:
    Given Glance has the stores:
      | reliable |           |
      | fast     | default   |
      | cheap    |           |
      | archive  | read-only |

  @op:glance.stores.list @named-stores
  Scenario: A member lists the stores
    When I list the stores
    Then the stores are:
      | id       | description                                | default | read-only |
      | reliable | Has a good transfer speed/price ratio      |         |           |
      | fast     | Fast store with short transfer time        | true    |           |
      | cheap    | Inexpensive store for seldom used images   |         |           |
      | archive  | Read-only store of published images        |         | true      |
    And no store has "type" or "properties" or "weight"

  @op:glance.stores.list
  Scenario: Glance's own stores are not shown
    When I list the stores
    Then no store is for Glance's own use
    When the administrator lists the stores in detail
    Then no store is for Glance's own use

  @op:glance.stores.list
  Scenario: Nobody else may know
    When somebody without a token tries to list the stores
    Then it is refused as unauthenticated

  @op:glance.stores.list
  Scenario: A question with a body
    When I try to list the stores with a body
    Then it is refused as a bad request, saying "A body is not expected with this request."

  @op:glance.stores.detail @named-stores
  Scenario: The administrator sees what kind of stores they are
    When the administrator lists the stores in detail
    Then the stores are:
      | id       | default | read-only |
      | reliable |         |           |
      | fast     | true    |           |
      | cheap    |         |           |
      | archive  |         | true      |
    And each store has "type" and "properties"
    And the store "archive" is of the type "http"
    And the store "cheap" is of the type "file", with a "data_dir" and a "chunk_size"

  @op:glance.stores.detail
  Scenario: A member does not
    When I try to list the stores in detail
    Then it is refused as forbidden, saying "You are not authorized to complete stores_info_detail action."

  @op:glance.images.create @only-stores @import:glance-direct @import:web-download @import:copy-image
  Scenario: A new image hears where its data can go
    When I create an image "golden"
    Then the answer names the stores "reliable, fast, cheap, archive"
    And the answer names the ways of importing "glance-direct, web-download, copy-image"
    And the image "golden" is in no store

  @op:glance.import.info @import:glance-direct @import:web-download @import:copy-image
  Scenario: The ways of importing
    When I list the ways of importing
    Then the ways of importing are "glance-direct, web-download, copy-image"
