"""What a person says of sex, age, ethnicity, household registration, marriage, belief and health: out before embedding.

Such words must not move the likeness of a person and a post (就业促进法 arts. 26–31).
"""

from __future__ import annotations

import re

_PEOPLES = r"(?:汉|满|蒙古?|回|朝鲜|锡伯|达斡尔|鄂温克|鄂伦春|赫哲|壮|苗|维吾尔|哈萨克|藏|彝|土家|侗|瑶|白|傣|黎|畲)族"
_AGE = r"(?:\d{1,3}|[一二三四五六七八九十]{1,3})"
_PROTECTED = re.compile(
    rf"{_PEOPLES}|[维蒙回满]族|少数民族"
    r"|(?<![一-鿿])[男女](?!装|鞋|包|裤|士?服|子|儿|红|性用品|朋友|友)|(?<![一-鿿])[男女](?:性|士|生|的|人|同志)?(?![一-鿿])"
    r"|(?<=[我俺人是个])[男女](?=[的，,。;； \d]|$|人|生|性|士)(?:人|生|性|士)?的?"
    r"|[男女](?:性|士)(?!用|服|装|鞋)|女人一个|男人一个"
    r"|性别[:：]?[男女]?|小伙子|小伙(?!伴)|大姐|宝妈|爷们|单亲(?:妈妈|爸爸)?|孕妇"
    rf"|(?:今年|年龄|岁数|快|都)?\s*{_AGE}多?\s*周?岁|(?:今年|快|都){_AGE}了?(?![一-鿿\d])|快?[四五六]十(?:多岁?|了)"
    r"|[5-9]0后|0[05]后|\d{2,4}年(?:出)?生(?:人|的)?|属[鼠牛虎兔龙蛇马羊猴鸡狗猪](?![一-鿿])"
    r"|(?:非?农业|城镇|农村|本地|外地|本市|城市)(?:户口|户籍|户)|户口(?:在|是)?[^,，。;；\s]{0,6}|户籍[^,，。;；\s]{0,6}|本地人|外地人"
    r"|(?:已|未|离)婚|离过?婚|离异|丧偶|单身|有孩子|没孩子|没结婚|结婚了?|怀孕|孕期|产后(?!修复|康复|护理)|哺乳期|[一二三两]胎(?!换|修)"
    r"|信(?:佛|教|基督)|基督徒|穆斯林|回民|乙肝|残疾(?:人|证)?|聋哑人?|糖尿病|高血压"
)


def without_protected_words(text: str) -> str:
    """`text` with these words taken out; what is left keeps its order."""
    return _PROTECTED.sub(" ", text)
