@glance @import:glance-direct
Feature: Importing an image into stores
  Data that has been staged is imported into the stores that the request names: the default store, some, or all of them.
  The image is active when they all have it, unless the request says that some will do.

  Background:
    Given Glance has the stores:
      | reliable |           |
      | fast     | default   |
      | cheap    |           |
      | archive  | read-only |
    And an image "golden"
    And I stage the data "hello" for the image "golden"

  @op:glance.images.stage
  Scenario: Staged data is not an image's data yet
    Then the image "golden" is "uploading"
    And the image "golden" is in no store
    When I download the image "golden"
    Then nothing came

  @op:glance.images.stage @op:glance.images.import
  Scenario: Into the default store
    When I import the image "golden":
      """
      {"method": {"name": "glance-direct"}}
      """
    Then the image "golden" becomes "active"
    And the image "golden" is in the stores "fast"
    And the image "golden" holds the data "hello"

  @op:glance.images.stage @op:glance.images.import
  Scenario: Into the store of the header
    When I import the image "golden" in the store "cheap":
      """
      {"method": {"name": "glance-direct"}}
      """
    Then the image "golden" becomes "active"
    And the image "golden" is in the stores "cheap"

  @op:glance.images.stage @op:glance.images.import
  Scenario: Into several stores
    When I import the image "golden":
      """
      {"method": {"name": "glance-direct"}, "stores": ["cheap", "reliable"]}
      """
    Then the image "golden" becomes "active"
    And the image "golden" is in the stores "cheap, reliable"
    And the image "golden" holds the data "hello"

  @op:glance.images.stage @op:glance.images.import @only-stores
  Scenario: Into all stores, but the read-only one
    When I import the image "golden":
      """
      {"method": {"name": "glance-direct"}, "all_stores": true}
      """
    Then the image "golden" becomes "active"
    And the image "golden" is in the stores "reliable, fast, cheap"

  @op:glance.images.stage @op:glance.images.import
  Scenario: Some stores will do
    When I import the image "golden":
      """
      {"method": {"name": "glance-direct"}, "stores": ["archive", "cheap"], "all_stores_must_succeed": false}
      """
    Then the image "golden" becomes "active"
    And the image "golden" is in the stores "cheap"
    And the image "golden" has:
      | os_glance_failed_import       | archive |
      | os_glance_importing_to_stores |         |

  @op:glance.images.stage @op:glance.images.import
  Scenario: All stores must succeed
    When I import the image "golden":
      """
      {"method": {"name": "glance-direct"}, "stores": ["cheap", "archive"]}
      """
    Then the image "golden" fails to be imported into "archive"
    And the image "golden" is "importing"
    When I try to import the image "golden":
      """
      {"method": {"name": "glance-direct"}, "stores": ["cheap"]}
      """
    Then it is refused as a conflict

  @op:glance.images.stage @op:glance.images.import
  Scenario Outline: <what> is refused
    When I try to import the image "golden":
      """
      {"method": {"name": "glance-direct"}, <option>}
      """
    Then it is refused as <refusal>, saying "<message>"
    And the image "golden" is "uploading"

    Examples:
      | what                      | option                             | refusal       | message                                                                               |
      | An unknown store          | "stores": ["nowhere"]              | a conflict    | Store for identifier nowhere not found                                                |
      | All stores and some       | "all_stores": true, "stores": []   | a bad request | All_stores parameter can't be used with x-image-meta-store header or stores parameter |
