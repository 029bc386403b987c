@glance
Feature: Who sees an image
  An image belongs to a project. "private" and "shared" ones are hidden from others, "community" and "public" ones are not;
  only the administrator may make one public. What others see, they still cannot change.

  @op:glance.images.show
  Scenario Outline: An image that is <visibility>
    When I create an image "golden" with:
      | visibility | <visibility> |
    Then a stranger <sees> the image "golden"

    Examples:
      | visibility | sees         |
      | private    | does not see |
      | shared     | does not see |
      | community  | sees         |

  @op:glance.images.create
  Scenario: A public image is not for everybody to make
    When I try to create an image "golden" with:
      | visibility | public |
    Then it is refused as forbidden, saying "You are not authorized to complete publicize_image action."

  @op:glance.images.create @op:glance.images.show
  Scenario: The administrator's public image
    When the administrator creates an image "golden" with:
      | visibility | public |
    Then a stranger sees the image "golden"

  @op:glance.images.update
  Scenario: An image opens up
    Given an image "golden"
    When I set "visibility" of the image "golden" to "community"
    Then a stranger sees the image "golden"
    When I set "visibility" of the image "golden" to "private"
    Then a stranger does not see the image "golden"

  @op:glance.images.update
  Scenario: What others see they cannot change
    When I create an image "golden" with:
      | visibility | community |
    And a stranger tries to set "os_type" of the image "golden" to "linux"
    Then it is refused as forbidden

  @op:glance.images.delete
  Scenario: Neither can they delete it
    When I create an image "golden" with:
      | visibility | community |
    And a stranger tries to delete the image "golden"
    Then it is refused as forbidden

  @op:glance.images.update
  Scenario Outline: What no client may set: <property>
    Given an image "golden"
    When I try to set "<property>" of the image "golden" to "x"
    Then it is refused as forbidden, saying "Attribute '<property>' is <why>."

    Examples:
      | property           | why       |
      | checksum           | read-only |
      | status             | read-only |
      | id                 | read-only |
      | location           | reserved  |
      | os_glance_anything | reserved  |

  @op:glance.images.update
  Scenario: A disk format stays what it was once there is data
    Given an active image "golden" with the data "hello"
    When I try to set "disk_format" of the image "golden" to "qcow2"
    Then it is refused as forbidden, saying "Attribute disk_format can be only replaced for a queued image."
