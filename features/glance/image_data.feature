@glance
Feature: The data of an image
  An image is created first, "queued"; its data comes after. When all of it has come the image is "active", and carries
  the size and the hashes of what came. Until then it has nothing.

  @op:glance.images.create
  Scenario: An image without data
    When I create an image "golden"
    Then the image "golden" is "queued"
    And the image "golden" has:
      | size        | null   |
      | checksum    | null   |
      | virtual_size | null  |
      | visibility  | shared |
      | protected   | false  |

  @op:glance.images.upload @op:glance.images.download
  Scenario: Data comes back as it went
    Given an image "golden"
    When I send the data "hello, world" to the image "golden"
    Then the image "golden" is "active"
    And the image "golden" holds the data "hello, world"

  @op:glance.images.upload @op:glance.images.download
  Scenario: An image of no bytes
    Given an image "golden"
    When I send the data "" to the image "golden"
    Then the image "golden" is "active"
    And the image "golden" has:
      | size     | 0                                |
      | checksum | d41d8cd98f00b204e9800998ecf8427e |

  @op:glance.images.download
  Scenario: There is nothing to download yet
    Given an image "golden"
    When I download the image "golden"
    Then nothing came

  @op:glance.images.download
  Scenario Outline: A part of the data: <span>
    Given an active image "golden" with the data "0123456789"
    When I download "<span>" of the image "golden"
    Then what came is "<part>"

    Examples:
      | span       | part |
      | bytes=2-5  | 2345 |
      | bytes=7-   | 789  |

  @op:glance.images.upload
  Scenario: A sender that breaks off leaves the image as it was
    Given an image "golden"
    When I break off half way of sending data to the image "golden"
    Then the image "golden" becomes "queued"
    And the image "golden" has:
      | size     | null |
      | checksum | null |
    And the image "golden" is in no store
    When I send the data "hello" to the image "golden", as soon as it takes any
    Then the image "golden" holds the data "hello"

  @op:glance.images.upload
  Scenario: Data comes once
    Given an active image "golden" with the data "hello"
    When I try to send the data "world" to the image "golden"
    Then it is refused as a conflict, saying "Image status transition from active to saving is not allowed"
    And the image "golden" holds the data "hello"

  @op:glance.images.upload
  Scenario: An image without formats takes no data
    Given I create an image "golden" with:
      | min_disk | 1 |
    When I try to send the data "hello" to the image "golden"
    Then it is refused as a bad request, saying "Properties disk_format, container_format must be set prior to saving data."
    And the image "golden" is "queued"

  @op:glance.images.upload
  Scenario: Data of another content type
    Given an image "golden"
    When I try to send the data "hello" to the image "golden" as "text/plain"
    Then it is refused as an unsupported type, saying "The request media type text/plain is not supported by this server."
    And the image "golden" is "queued"

  @op:glance.images.upload
  Scenario: Data for no image
    Given there is no image "lost"
    When I try to send the data "hello" to the image "lost"
    Then it is refused as not found, saying "No image found with ID {lost}"

  @op:glance.images.show
  Scenario: Strangers do not see it, nor its data
    Given an active image "golden" with the data "hello"
    Then a stranger does not see the image "golden"
    When a stranger tries to download the image "golden"
    Then it is refused as not found

  @op:glance.images.delete
  Scenario: A protected image
    Given I create an image "golden" with:
      | protected | true |
    When I try to delete the image "golden"
    Then it is refused as forbidden, saying "Image {golden} is protected and cannot be deleted."
    And the image "golden" is "queued"

  @op:glance.images.delete
  Scenario: A deleted image
    Given an active image "golden" with the data "hello"
    When I delete the image "golden"
    Then the image "golden" is gone
