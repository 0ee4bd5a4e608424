#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""A headless Chromium for the tests of pages.

    browser = Browser()
    browser.open('http://127.0.0.1:9477/')
    browser.wait('document.querySelectorAll("#ports tbody tr").length === 3')
    browser.judge('http://127.0.0.1:9477')

With the variable SHOTS, a folder, shot() keeps a picture of each page, for desktop and
phone, light and dark.
"""
import json
import os
import time

from selenium import webdriver
from selenium.webdriver.chrome.service import Service

DESKTOP = 1280, 900
PHONE = 360, 740


class Browser:
    def __init__(self, slowness):
        options = webdriver.ChromeOptions()
        for argument in ('--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage',
                         '--no-first-run', '--disable-extensions', '--disable-background-networking',
                         '--disable-component-update', '--disable-sync', '--no-proxy-server', '--hide-scrollbars'):
            options.add_argument(argument)
        options.set_capability('goog:loggingPrefs', {'browser': 'ALL', 'performance': 'ALL'})
        self.driver = webdriver.Chrome(service=Service('/usr/bin/chromedriver'), options=options)
        self.slowness = slowness
        self.faults = []
        self.requests = []

    def close(self):
        self.driver.quit()

    def size(self, width, height, mobile=False):
        self.driver.execute_cdp_cmd('Emulation.setDeviceMetricsOverride', {
            'width': width, 'height': height, 'deviceScaleFactor': 1, 'mobile': mobile})

    def colours(self, scheme):
        self.driver.execute_cdp_cmd('Emulation.setEmulatedMedia', {
            'features': [{'name': 'prefers-color-scheme', 'value': scheme}]})

    def open(self, url):
        self.size(*DESKTOP)
        self.driver.get(url)

    def run(self, script, *arguments):
        """The value of an expression; arguments[0] is the first of these."""
        return self.driver.execute_script('return (' + script + ');', *arguments)

    def text(self, css):
        """The visible text of an element; None: there is none."""
        return self.run('(e => e && e.innerText)(document.querySelector(arguments[0]))', css)

    def click(self, css):
        self.run('document.querySelector(arguments[0]).click()', css)

    def wait(self, what, *arguments, why=''):
        """Until an expression of the page, or a function, is true."""
        end = time.monotonic() + 10 * self.slowness
        while True:
            value = what() if callable(what) else self.run(what, *arguments)
            if value:
                return value
            assert time.monotonic() < end, 'never true: %s %s %r\n%s' % (
                why, what, arguments, self.run('document.body.innerText'))
            time.sleep(0.1)

    def shot(self, name):
        """Pictures; and no page is wider than its window."""
        for device, width, height in ('desktop', *DESKTOP), ('phone', *PHONE):
            self.size(width, height, device == 'phone')
            wide = self.run('document.documentElement.scrollWidth')
            assert wide <= width, '%s is %d wide on a %s of %d: %s' % (name, wide, device, width, self.widest())
            if 'SHOTS' not in os.environ:
                continue
            for scheme in 'light', 'dark':
                self.colours(scheme)
                high = self.run('document.documentElement.scrollHeight')
                self.size(width, min(high, 3000), device == 'phone')
                self.driver.save_screenshot('%s/%s-%s-%s.png' % (os.environ['SHOTS'], name, device, scheme))
        self.size(*DESKTOP)

    def widest(self):
        return self.run('''Array.from(document.querySelectorAll("body *")).filter(
            e => e.getBoundingClientRect().right > innerWidth + 1).slice(0, 5).map(e => e.outerHTML.slice(0, 120))''')

    def judge(self, origin):
        """No error was logged, and each request so far went to 'origin'."""
        for entry in self.driver.get_log('browser'):
            assert entry['level'] not in ('SEVERE', 'WARNING'), entry
        for entry in self.driver.get_log('performance'):
            message = json.loads(entry['message'])['message']
            if message['method'] == 'Network.requestWillBeSent':
                url = message['params']['request']['url']
                assert url.startswith((origin, 'data:,')), url
                self.requests.append(url)
