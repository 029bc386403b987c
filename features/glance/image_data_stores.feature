@glance
Feature: The store that data goes to
  Whoever sends the data of an image may name the store for it. Otherwise it goes to the default store. The image then
  says where it is.

  Background:
    Given Glance has the stores:
      | reliable |           |
      | fast     | default   |
      | cheap    |           |
      | archive  | read-only |

  @op:glance.images.upload
  Scenario: No store is named
    Given an image "golden"
    When I send the data "hello" to the image "golden"
    Then the image "golden" is "active" in the store "fast"

  @op:glance.images.upload
  Scenario Outline: The store <store> is named
    Given an image "golden"
    When I send the data "hello" to the image "golden" in the store "<store>"
    Then the image "golden" is "active" in the store "<store>"
    And the image "golden" holds the data "hello"

    Examples:
      | store    |
      | reliable |
      | fast     |
      | cheap    |

  @op:glance.images.upload
  Scenario Outline: A store that does not exist, "<store>", is named
    Given an image "golden"
    When I try to send the data "hello" to the image "golden" in the store "<store>"
    Then it is refused as a bad request, saying "Store for identifier <store> not found"
    And the image "golden" is "queued"
    And the image "golden" is in no store

    Examples:
      | store   |
      | nowhere |
      | FAST    |

  @op:glance.images.upload
  Scenario: The store is looked for before the image
    Given there is no image "lost"
    When I try to send the data "hello" to the image "lost" in the store "nowhere"
    Then it is refused as a bad request, saying "Store for identifier nowhere not found"

  @op:glance.images.upload
  Scenario: The content type is looked at before the store
    Given an image "golden"
    When I try to send the data "hello" to the image "golden" in the store "nowhere" as "text/plain"
    Then it is refused as an unsupported type

  @op:glance.images.upload
  Scenario: A read-only store is named
    Given an image "golden"
    When I try to send the data "hello" to the image "golden" in the store "archive"
    Then it is refused as gone, saying "Error in store configuration. Adding images to store is disabled."
    And the image "golden" is "queued"
    And the image "golden" has:
      | size     | null |
      | checksum | null |

  @op:glance.images.upload
  Scenario: One of Glance's own stores is named, which is not shown but taken
    Given an image "golden"
    When I send the data "hello" to the image "golden" in the store "os_glance_tasks_store"
    Then the image "golden" is "active" in the store "os_glance_tasks_store"

  @op:glance.images.upload @control
  Scenario: The store is full
    Given an image "golden"
    When the store "cheap" is full
    And I try to send the data "hello" to the image "golden" in the store "cheap"
    Then it is refused as too large, saying "Image storage media is full: There is not enough disk space on the image storage media."
    And the image "golden" is "queued"

  @op:glance.images.upload @control
  Scenario: The store may not be written to
    Given an image "golden"
    When the store "cheap" may not be written to
    And I try to send the data "hello" to the image "golden" in the store "cheap"
    Then it is refused as unavailable, saying "Insufficient permissions on image storage media: Permission to write image storage media denied."
    And the image "golden" is "queued"

  @op:glance.images.upload @control
  Scenario: The image is larger than Glance takes
    Given an image "golden"
    When Glance takes images of at most 4 bytes
    And I try to send the data "hello" to the image "golden"
    Then it is refused as too large, saying "The incoming image is too large: The provided image is too large."
    And the image "golden" is "queued"

  @op:glance.images.show @control
  Scenario: The only store of an image is removed
    Given an active image "golden" with the data "hello" in the store "cheap"
    When the store "cheap" is removed from Glance
    Then the image "golden" is "active" in the store "cheap"
    When I try to download the image "golden"
    Then it is refused as a failure

  @op:glance.images.create
  Scenario Outline: The stores of an image are not for clients to say
    When I try to create an image "golden" with:
      | <field> | cheap |
    Then it is refused as forbidden, saying "<message>"

    Examples:
      | field           | message                                  |
      | stores          | Attribute 'stores' is read-only.         |
      | direct_url      | Attribute 'direct_url' is read-only.     |
      | os_glance_thing | Attribute 'os_glance_thing' is reserved. |
      | location        | Attribute 'location' is reserved.        |

  # Quirk: a change is accepted, where the same at creation is refused; nothing comes of it.
  @op:glance.images.update
  Scenario: Later they may say it, but nobody listens
    Given an active image "golden" with the data "hello"
    When I set "stores" of the image "golden" to "cheap"
    Then the image "golden" is in the stores "fast"
    And the image "golden" holds the data "hello"

  @op:glance.images.download @since:gazpacho
  Scenario: A download that prefers a store
    Given an active image "golden" with the data "hello" in the store "cheap"
    When I download the image "golden" from the stores "reliable, cheap"
    Then what came is "hello"

  @op:glance.images.download @since:gazpacho
  Scenario: A download that prefers a store that does not exist
    Given an active image "golden" with the data "hello"
    When I try to download the image "golden" from the stores "nowhere"
    Then it is refused as a bad request, saying "Store 'nowhere' is not configured."

  @op:glance.images.download @since:gazpacho
  Scenario: A download that prefers a store that does not have the image takes another
    Given an active image "golden" with the data "hello" in the store "cheap"
    When I download the image "golden" from the stores "reliable"
    Then what came is "hello"
