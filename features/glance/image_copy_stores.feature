@glance @import:copy-image @import:web-download
Feature: Copying an image to more stores
  The administrator may have an active image copied to further stores, and taken out of stores as long as one is left.

  Background:
    Given Glance has the stores:
      | reliable |           |
      | fast     | default   |
      | cheap    |           |
      | archive  | read-only |

  @op:glance.images.import
  Scenario: To one more store
    Given an active image "golden" with the data "hello" in the store "fast"
    When the administrator copies the image "golden" to the stores "cheap"
    And the copying of "golden" ends
    Then the image "golden" is "active"
    And the image "golden" is in the stores "fast, cheap"
    And the image "golden" holds the data "hello"
    And the image "golden" has:
      | os_glance_importing_to_stores |  |
      | os_glance_failed_import       |  |

  @op:glance.images.import @only-stores
  Scenario: To all stores, but the read-only one
    Given an active image "golden" with the data "hello" in the store "fast"
    When the administrator copies the image "golden" to all stores
    And the copying of "golden" ends
    Then the image "golden" is in the stores "fast, reliable, cheap"

  @op:glance.images.import @only-stores
  Scenario: To all stores when it is everywhere
    Given an active image "golden" with the data "hello" in the store "fast"
    And the administrator copies the image "golden" to the stores "cheap, reliable"
    And the copying of "golden" ends
    When the administrator copies the image "golden" to all stores
    Then the image "golden" is in the stores "fast, cheap, reliable"

  @op:glance.images.import
  Scenario: To a store that has it
    Given an active image "golden" with the data "hello" in the store "cheap"
    When the administrator tries to copy the image "golden" to the stores "cheap"
    Then it is refused as a bad request, saying "Image is already present at store 'cheap'"

  @op:glance.images.import
  Scenario: To a store that does not exist
    Given an active image "golden" with the data "hello"
    When the administrator tries to copy the image "golden" to the stores "nowhere"
    Then it is refused as a conflict, saying "Store for identifier nowhere not found"
    And the image "golden" is in the stores "fast"

  @op:glance.images.import
  Scenario: An image without data
    Given an image "golden"
    When the administrator tries to copy the image "golden" to the stores "cheap"
    Then it is refused as a conflict, saying "Only images with status active can be targeted for copying"

  @op:glance.images.import
  Scenario: A member may not
    Given an active image "golden" with the data "hello"
    When I try to copy the image "golden" to the stores "cheap"
    Then it is refused as forbidden, saying "You are not authorized to complete copy_image action."

  @op:glance.images.import
  Scenario: A stranger does not even find it
    Given an active image "golden" with the data "hello"
    When a stranger tries to copy the image "golden" to the stores "cheap"
    Then it is refused as not found

  @op:glance.images.import
  Scenario Outline: An import that <what>
    Given an image "golden"
    When I try to import the image "golden":
      """
      <request>
      """
    Then it is refused as <refusal>, saying "<message>"
    And the image "golden" is "queued"

    Examples:
      | what                          | request                                                                                     | refusal       | message                                                                                  |
      | has no method                 | {}                                                                                          | a bad request | Import request requires a 'method' field.                                                |
      | has a method without a name   | {"method": {}}                                                                              | a bad request | Import request requires a 'name' field.                                                  |
      | has an unknown method         | {"method": {"name": "carrier-pigeon"}}                                                      | a bad request | Unknown import method name 'carrier-pigeon'.                                             |
      | must succeed in words         | {"method": {"name": "glance-direct"}, "all_stores_must_succeed": "yes"}                     | a bad request | 'all_stores_must_succeed' must be boolean value only                                     |
      | goes to all stores in words   | {"method": {"name": "glance-direct"}, "all_stores": "yes"}                                  | a bad request | 'all_stores' must be boolean value only                                                  |
      | goes to all stores and to one | {"method": {"name": "web-download", "uri": "http://127.0.0.1:9/x"}, "all_stores": true, "stores": ["cheap"]} | a bad request | All_stores parameter can't be used with x-image-meta-store header or stores parameter    |
      | has nothing staged            | {"method": {"name": "glance-direct"}, "stores": ["cheap"]}                                  | a conflict    | Image needs to be staged before 'glance-direct' method can be used                       |
      | goes to an unknown store      | {"method": {"name": "web-download", "uri": "http://127.0.0.1:9/x"}, "stores": ["nowhere"]}  | a conflict    | Store for identifier nowhere not found                                                   |
      | fetches from a bad address    | {"method": {"name": "web-download", "uri": "gopher://127.0.0.1/x"}, "stores": ["cheap"]}    | a bad request | URI for web-download does not pass filtering: gopher://127.0.0.1/x                       |

  @op:glance.images.import
  Scenario: Stores both ways
    Given an image "golden"
    When I try to import the image "golden" in the store "fast":
      """
      {"method": {"name": "web-download", "uri": "http://127.0.0.1:9/x"}, "stores": ["cheap"]}
      """
    Then it is refused as a bad request, saying "Stores parameter and x-image-meta-store header can't be both specified"

  @op:glance.images.import
  Scenario: An import into an image that has its data
    Given an active image "golden" with the data "hello"
    When I try to import the image "golden":
      """
      {"method": {"name": "web-download", "uri": "http://127.0.0.1:9/x"}}
      """
    Then it is refused as a conflict, saying "Image with status active cannot be target for import"

  @op:glance.images.import
  Scenario Outline: An import into an image without <format>
    Given I create an image "golden" with:
      | <other> | <value> |
    When I try to import the image "golden":
      """
      {"method": {"name": "web-download", "uri": "http://127.0.0.1:9/x"}}
      """
    Then it is refused as a conflict, saying "'<format>' needs to be set before import"

    Examples:
      | format           | other            | value |
      | container_format | disk_format      | raw   |
      | disk_format      | container_format | bare  |

  @op:glance.images.import @op:glance.stores.delete_image
  Scenario: Out of one of its stores
    Given an active image "golden" with the data "hello" in the store "fast"
    And the administrator copies the image "golden" to the stores "cheap"
    And the copying of "golden" ends
    When the administrator takes the image "golden" out of the store "fast"
    Then the image "golden" is "active" in the store "cheap"
    And the image "golden" holds the data "hello"

  @op:glance.stores.delete_image
  Scenario: Not out of the last one
    Given an active image "golden" with the data "hello" in the store "cheap"
    When the administrator tries to take the image "golden" out of the store "cheap"
    Then it is refused as forbidden, saying "Cannot delete image data from the only store containing it. Consider deleting the image instead."
    And the image "golden" is in the stores "cheap"

  @op:glance.images.import @op:glance.stores.delete_image
  Scenario: Out of a store that it is not in
    Given an active image "golden" with the data "hello" in the store "cheap"
    And the administrator copies the image "golden" to the stores "fast"
    And the copying of "golden" ends
    When the administrator tries to take the image "golden" out of the store "reliable"
    Then it is refused as not found, saying "Image {golden} is not stored in store reliable."

  @op:glance.stores.delete_image
  Scenario: Out of a store that does not exist
    Given an active image "golden" with the data "hello"
    When the administrator tries to take the image "golden" out of the store "nowhere"
    Then it is refused as a conflict, saying "The selected store nowhere is not available on this node."

  @op:glance.stores.delete_image
  Scenario: An image that does not exist
    Given there is no image "lost"
    When the administrator tries to take the image "lost" out of the store "cheap"
    Then it is refused as not found, saying "Failed to find image {lost}"

  @op:glance.stores.delete_image
  Scenario: An image that is in no store yet
    Given an image "golden"
    When the administrator tries to take the image "golden" out of the store "cheap"
    Then it is refused as a conflict, saying "It's not allowed to remove image data from store if image status is not 'active'"

  @op:glance.images.import @op:glance.stores.delete_image @since:antelope @config:new_defaults
  Scenario: A member may not take it out of a store
    Given an active image "golden" with the data "hello" in the store "fast"
    And the administrator copies the image "golden" to the stores "cheap"
    And the copying of "golden" ends
    When I try to take the image "golden" out of the store "cheap"
    Then it is refused as forbidden, saying "You are not authorized to complete delete_image_location action."

  @op:glance.images.import @op:glance.images.show @since:bobcat @config:weighted_stores
  Scenario: The stores of an image are listed by their weight
    Given an active image "golden" with the data "hello" in the store "cheap"
    When the administrator copies the image "golden" to the stores "fast, reliable"
    And the copying of "golden" ends
    Then the image "golden" is in the stores "reliable, fast, cheap", in this order
